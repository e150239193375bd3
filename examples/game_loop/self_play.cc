// Villagers that learn beside frozen copies of what they were.
//
//   self_play CONFIG RUN SECONDS

#include <credo/credo_learn.hpp>

#include <cstdio>
#include <cstdlib>

#include "examples/game_loop/loop.h"

int main(int argc, char** argv) {
  using game_loop::Loop;
  if (argc != 4) {
    return std::fprintf(stderr, "usage: self_play CONFIG RUN SECONDS\n"), 2;
  }
  // begin
  auto learner =
      credo::Learner::Open(argv[1], argv[2], game_loop::RoomWorld()).value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(16, /*seed=*/7).value();
  learner.Attach(agent, beliefs).Check();
  learner.Start({.nice = 10}).Check();
  Loop learning(agent, beliefs);
  for (int generation = 0; generation < 3; ++generation) {
    auto frozen = learner.NewAgent().value();  // the weights of now
    auto others = frozen.NewBeliefs(16, /*seed=*/8).value();
    Loop standing(frozen, others);
    learning.Clear();
    for (int tick = 0; tick < std::atoi(argv[3]) * 60; ++tick) {
      learning.Tick();
      standing.Tick();
    }
    std::printf("generation %d: return %.2f beside %.2f of its earlier self\n",
                generation, learning.mean_return(), standing.mean_return());
  }
  // end
}
