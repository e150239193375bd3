// Doom, as a host's game: ViZDoom inside the process, in an interpreter of
// Python that the host embeds. https://vizdoom.farama.org
//
// A character wanders through the rooms of the scenario `my_way_home` and sees
// what the engine draws, shrunk to 24x32. What the engine knows of it is told
// beside: place, heading, and how much of the automap it has discovered.
#ifndef CREDO_EXAMPLES_DOOM_DOOM_H_
#define CREDO_EXAMPLES_DOOM_DOOM_H_

#include <credo/credo.hpp>

#include <array>
#include <cstdint>
#include <memory>

namespace doom {

inline constexpr int kHeight = 24;
inline constexpr int kWidth = 32;
inline constexpr int kMapSide = 12;   // the map is cut into 12x12 cells
inline constexpr int kCells = kMapSide * kMapSide;
inline constexpr int kHeadings = 8;   // from east, counterclockwise
// Ahead, left, right, ahead and left, ahead and right.
inline constexpr int kMoves = 5;
inline constexpr int kStepsPerEpisode = 160;
inline constexpr int kTicsPerStep = 4;
inline constexpr double kSecondsPerStep = kTicsPerStep / 35.0;

using Sight = std::array<uint8_t, kHeight * kWidth * 3>;
using Map = std::array<uint8_t, kCells>;  // 1: something of it was discovered

enum class Task {
  kExplore,  // .1 for each cell of the automap that is discovered
  kHome,     // that, and 1 for the vest in the last room: the game's goal
};

// What the game shows and takes.
inline credo::World DoomWorld() {
  credo::World world("doom", kSecondsPerStep);
  world.Sees(credo::Picture("view", kHeight, kWidth, 3));
  world.Knows(credo::Tiles("place", {1}, kCells));
  world.Knows(credo::Tiles("heading", {1}, kHeadings));
  world.Knows(credo::Tiles("automap", {kMapSide, kMapSide}, 2));
  world.Does(credo::Choice("move", kMoves));
  return world;
}

// The interpreter. One per process, made before the first game and gone after
// the last. Throws std::runtime_error when ViZDoom cannot be imported.
class Python {
 public:
  Python();
  ~Python();

 private:
  struct Interpreter;
  std::unique_ptr<Interpreter> interpreter_;
};

// One character's game. All calls by the thread that made the interpreter; they
// throw std::runtime_error with the words of Python.
class Game {
 public:
  // Equal seeds give equal episodes, one after another.
  Game(Task task, uint32_t seed);
  ~Game();
  Game(Game&&) noexcept;

  void Open();          // the next episode
  float Act(int move);  // its reward

  // Whether what is seen now is the episode's last; and if so, whether it came
  // to an end by itself rather than by time.
  bool over() const { return home_ || steps_ == kStepsPerEpisode; }
  bool home() const { return home_; }

  const Sight& sight() const { return sight_; }
  // All three as world.Knows says.
  const std::array<uint8_t, 1>& place() const { return place_; }
  const std::array<uint8_t, 1>& heading() const { return heading_; }
  const Map& automap() const { return automap_; }

 private:
  struct Engine;

  int Look();  // cells that were discovered

  Task task_;
  uint32_t seed_;
  std::unique_ptr<Engine> engine_;
  int steps_ = 0;
  bool home_ = false;
  Sight sight_ = {};
  std::array<uint8_t, 1> place_ = {};
  std::array<uint8_t, 1> heading_ = {};
  Map automap_ = {};
};

}  // namespace doom

#endif  // CREDO_EXAMPLES_DOOM_DOOM_H_
