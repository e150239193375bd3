#include "examples/game_loop/loop.h"

#include <algorithm>
#include <thread>

namespace game_loop {

Loop::Loop(credo::Agent& agent, credo::Beliefs& beliefs)
    : agent_(agent),
      beliefs_(beliefs),
      villagers_(NewVillagers(static_cast<int>(beliefs.rows().size()))),
      sums_(villagers_.size()) {}

// What is seen now; the calls of the SDK are timed, the game's work is not.
void Loop::Observe() {
  for (size_t i = 0; i < villagers_.size(); ++i) {
    const Villager& it = villagers_[i];
    const int row = static_cast<int>(i);
    const sixty_hz::Room::View view = it.room.Sight();
    const Clock::time_point start = Clock::now();
    beliefs_.Observe("view", row, view).Check();
    beliefs_.Reward(row, it.reward).Check();
    if (it.room.over()) beliefs_.End(row, credo::kTruncated).Check();
    sdk_ += Clock::now() - start;
  }
}

void Loop::Act() {
  for (size_t i = 0; i < villagers_.size(); ++i) {
    Villager& it = villagers_[i];
    it.reward = 0;
    if (it.room.over()) {
      returns_.push_back(sums_[i]);
      sums_[i] = 0;
      it.room.Open();
      continue;
    }
    const Clock::time_point start = Clock::now();
    const int move = beliefs_.Action("move", static_cast<int>(i)).value();
    sdk_ += Clock::now() - start;
    it.room.Leave(move);
    it.reward = it.room.Arrive();
    sums_[i] += it.reward;
  }
}

void Loop::Tick() {
  sdk_ = {};
  Observe();
  const Clock::time_point start = Clock::now();
  agent_.Step(beliefs_, kSecondsPerTick).Check();
  sdk_ += Clock::now() - start;
  Act();
  times_.Add(std::chrono::duration<float, std::micro>(sdk_).count());
  ++ticks_;
}

void Loop::Run(double seconds) {
  Clock::time_point next = Clock::now();
  const int64_t ticks = static_cast<int64_t>(seconds * kTicksPerSecond);
  for (int64_t i = 0; i < ticks; ++i) {
    Tick();
    next += kTick;
    const Clock::time_point now = Clock::now();
    if (now > next) {
      if (now - sdk_ <= next) ++late_;
      next = now;  // what the machine took is not caught up
    }
    std::this_thread::sleep_until(next);
  }
}

double Loop::mean_return() const {
  double sum = 0;
  for (const float one : returns_) sum += one;
  return returns_.empty() ? 0 : sum / static_cast<double>(returns_.size());
}

void Loop::Clear() {
  times_.Clear();
  late_ = ticks_ = 0;
  returns_.clear();
}

}  // namespace game_loop
