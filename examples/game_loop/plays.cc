// A game that plays: villagers at 60 Hz, driven by an agent out of a file.
//
//   plays MODEL SECONDS

#include <credo/credo.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "examples/game_loop/villagers.h"

int main(int argc, char** argv) {
  using namespace game_loop;
  if (argc != 3) return std::fprintf(stderr, "usage: plays MODEL SECONDS\n"), 2;
  const char* const model = argv[1];
  const double ticks = std::atof(argv[2]) * kTicksPerSecond;
  // begin
  const credo::World world = RoomWorld();
  auto agent = credo::Agent::Load(model).value();
  agent.CheckWorld(world).Check();
  auto beliefs = agent.NewBeliefs(kVillagers, /*seed=*/7).value();
  auto villagers = NewVillagers(kVillagers);
  auto next = std::chrono::steady_clock::now();
  double rewards = 0;
  for (int tick = 0; tick < ticks; ++tick) {
    for (int i = 0; i < kVillagers; ++i) {
      Villager& it = villagers[i];
      beliefs.Observe("view", i, it.room.Sight()).Check();
      beliefs.Reward(i, it.reward).Check();
      if (it.room.over()) beliefs.End(i, credo::kTruncated).Check();
    }
    agent.Step(beliefs, kSecondsPerTick).Check();
    for (int i = 0; i < kVillagers; ++i) {
      Villager& it = villagers[i];
      it.reward = 0;
      if (it.room.over()) {
        it.room.Open();
        continue;
      }
      it.room.Leave(beliefs.Action("move", i).value());
      rewards += it.reward = it.room.Arrive();
    }
    std::this_thread::sleep_until(next += kTick);
  }
  std::printf("%.0f rewards\n", rewards);
  // end
}
