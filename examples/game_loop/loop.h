// The game at 60 Hz, and what its ticks took.
#ifndef CREDO_EXAMPLES_GAME_LOOP_LOOP_H_
#define CREDO_EXAMPLES_GAME_LOOP_LOOP_H_

#include <credo/credo.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

#include "examples/game_loop/villagers.h"
#include "examples/sixty_hz/tick_times.h"

namespace game_loop {

class Loop {
 public:
  using Clock = std::chrono::steady_clock;

  // Both outlive the loop.
  Loop(credo::Agent& agent, credo::Beliefs& beliefs);

  // One tick of the game: all villagers decide and move.
  void Tick();
  // `seconds` at 60 Hz.
  void Run(double seconds);
  // Forgets what was counted so far.
  void Clear();

  // Microseconds of all calls of the SDK within a tick.
  const sixty_hz::TickTimes& times() const { return times_; }
  // Ticks that ended after their time was up, and would not have without the
  // SDK's part of it.
  int64_t late() const { return late_; }
  int64_t ticks() const { return ticks_; }
  // Of each episode that ended, in order.
  const std::vector<float>& returns() const { return returns_; }
  double mean_return() const;  // 0 before the first end

 private:
  void Observe();
  void Act();

  credo::Agent& agent_;
  credo::Beliefs& beliefs_;
  std::vector<Villager> villagers_;
  std::vector<float> sums_;  // of the rewards of the episode under way
  sixty_hz::TickTimes times_;
  Clock::duration sdk_ = {};  // of the tick under way
  int64_t late_ = 0;
  int64_t ticks_ = 0;
  std::vector<float> returns_;
};

}  // namespace game_loop

#endif  // CREDO_EXAMPLES_GAME_LOOP_LOOP_H_
