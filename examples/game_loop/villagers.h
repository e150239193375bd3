// Who lives in the game: villagers, each in a room of its own
// (examples/sixty_hz/room.h), who move once per tick.
#ifndef CREDO_EXAMPLES_GAME_LOOP_VILLAGERS_H_
#define CREDO_EXAMPLES_GAME_LOOP_VILLAGERS_H_

#include <credo/credo.hpp>

#include <chrono>
#include <cstdint>
#include <ratio>
#include <vector>

#include "examples/sixty_hz/room.h"

namespace game_loop {

inline constexpr int kVillagers = 32;
inline constexpr int kTicksPerSecond = 60;
inline constexpr double kSecondsPerTick = 1.0 / kTicksPerSecond;
inline constexpr auto kTick =
    std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<int64_t, std::ratio<1, kTicksPerSecond>>(1));

struct Villager {
  sixty_hz::Room room;
  float reward = 0;  // of the last move
};

inline std::vector<Villager> NewVillagers(int count) {
  std::vector<Villager> villagers;
  for (int i = 0; i < count; ++i) {
    // Far apart: no two rooms draw the same numbers.
    villagers.push_back(
        {sixty_hz::Room(static_cast<uint64_t>(i + 1) * 0xaf251af3b0f025b5)});
  }
  return villagers;
}

// What the rooms show and take.
inline credo::World RoomWorld() {
  credo::World world("rooms", kSecondsPerTick);
  world.Sees(credo::Tiles("view", {sixty_hz::kViewSide, sixty_hz::kViewSide},
                          sixty_hz::kViewClasses));
  world.Does(credo::Choice("move", sixty_hz::kMoves));
  return world;
}

}  // namespace game_loop

#endif  // CREDO_EXAMPLES_GAME_LOOP_VILLAGERS_H_
