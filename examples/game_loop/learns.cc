// The game of plays.cc, whose villagers learn while it runs: three more lines.
//
//   learns CONFIG RUN SECONDS

#include <credo/credo_learn.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "examples/game_loop/villagers.h"

int main(int argc, char** argv) {
  using namespace game_loop;
  if (argc != 4) {
    return std::fprintf(stderr, "usage: learns CONFIG RUN SECONDS\n"), 2;
  }
  const char *const config = argv[1], *const run = argv[2];
  const std::string file = std::string(run) + "/model.safetensors";
  const char* const model = file.c_str();
  const double ticks = std::atof(argv[3]) * kTicksPerSecond;
  // begin
  const credo::World world = RoomWorld();
  auto learner = credo::Learner::Open(config, run, world).value();
  auto agent = credo::Agent::Load(model).value();
  agent.CheckWorld(world).Check();
  auto beliefs = agent.NewBeliefs(kVillagers, /*seed=*/7).value();
  learner.Attach(agent, beliefs).Check();
  learner.Start({.nice = 10}).Check();
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
