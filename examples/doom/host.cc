// Characters that wander through Doom and learn while they do.
//
//   doom CONFIG RUN [--task explore|home] [--frames N] [--characters N]
//                   [--seed N] [--json FILE]
//
// Plays as fast as the engine draws until the learner has learned from N
// frames, or until SIGINT or SIGTERM. Exit code 0 for done, 1 for a failure, 2
// for wrong arguments.

#include <credo/credo_learn.hpp>

#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "examples/doom/doom.h"

namespace doom {
namespace {

constexpr char kUsage[] =
    "usage: doom CONFIG RUN [--task explore|home] [--frames N]\n"
    "            [--characters N] [--seed N] [--json FILE]\n";

volatile std::sig_atomic_t stopped = 0;

struct Options {
  std::vector<std::string> places;  // configuration and run
  Task task = Task::kHome;
  int64_t frames = 500000;
  int characters = 16;
  uint32_t seed = 1;
  std::string json;
};

bool Read(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (!name.starts_with("--")) {
      options.places.emplace_back(name);
      continue;
    }
    if (++i == argc) return false;
    const std::string_view value = argv[i];
    if (name == "--task" && value == "explore") {
      options.task = Task::kExplore;
    } else if (name == "--task" && value == "home") {
      options.task = Task::kHome;
    } else if (name == "--frames") {
      options.frames = std::atoll(argv[i]);
    } else if (name == "--characters") {
      options.characters = std::atoi(argv[i]);
    } else if (name == "--seed") {
      options.seed = static_cast<uint32_t>(std::atoll(argv[i]));
    } else if (name == "--json") {
      options.json = value;
    } else {
      return false;
    }
  }
  return options.places.size() == 2 && options.frames > 0 &&
         options.characters > 0;
}

// What the episodes that ended since the last report brought.
struct Tally {
  int episodes = 0;
  int home = 0;
  double sum = 0;

  double mean() const { return episodes > 0 ? sum / episodes : 0; }
  double home_share() const {
    return episodes > 0 ? static_cast<double>(home) / episodes : 0;
  }
};

int Run(const Options& options) {
  const Python python;
  std::vector<Game> games;
  for (int i = 0; i < options.characters; ++i) {
    games.emplace_back(options.task,
                       options.seed * 1000003u + static_cast<uint32_t>(i));
  }
  std::vector<float> rewards(games.size()), returns(games.size());
  std::vector<Tally> tallies(1);  // of each tenth of the frames
  // begin
  const credo::World world = DoomWorld();
  auto learner = credo::Learner::Open(options.places[0].c_str(),
                                      options.places[1].c_str(), world)
                     .value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(options.characters, options.seed).value();
  learner.Attach(agent, beliefs).Check();
  learner.Start().Check();
  const auto begin = std::chrono::steady_clock::now();
  credo_learner_status status = learner.status();
  while (status.frames < options.frames && stopped == 0 &&
         status.state != CREDO_LEARNER_FAILED &&
         status.state != CREDO_LEARNER_DONE) {
    for (int i = 0; i < options.characters; ++i) {
      const Game& game = games[i];
      beliefs.Observe("view", i, game.sight()).Check();
      learner.Observe("place", beliefs, i, game.place()).Check();
      learner.Observe("heading", beliefs, i, game.heading()).Check();
      learner.Observe("automap", beliefs, i, game.automap()).Check();
      beliefs.Reward(i, rewards[i]).Check();
      if (game.over()) {
        beliefs.End(i, game.home() ? credo::kTerminal : credo::kTruncated)
            .Check();
      }
    }
    agent.Step(beliefs, kSecondsPerStep).Check();
    for (int i = 0; i < options.characters; ++i) {
      Game& game = games[i];
      if (game.over()) {
        Tally& tally = tallies.back();
        ++tally.episodes;
        tally.home += game.home();
        tally.sum += returns[i];
        returns[i] = rewards[i] = 0;
        game.Open();
        continue;
      }
      rewards[i] = game.Act(beliefs.Action("move", i).value());
      returns[i] += rewards[i];
    }
    status = learner.status();
    // end
    if (status.frames * 10 >=
        options.frames * static_cast<int64_t>(tallies.size())) {
      const Tally& tally = tallies.back();
      const double seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                        begin)
              .count();
      std::printf("%8" PRId64 " frames, %4.0f a second: return %.2f, home "
                  "%.2f of %d episodes\n",
                  status.frames, static_cast<double>(status.frames) / seconds,
                  tally.mean(), tally.home_share(), tally.episodes);
      std::fflush(stdout);
      if (tallies.size() < 10) tallies.emplace_back();
    }
  }
  // Which returns within a second; the run is saved when the state says so.
  const credo::Status end = learner.Stop();
  for (status = learner.status(); status.state == CREDO_LEARNER_WAITING ||
                                  status.state == CREDO_LEARNER_LEARNING;
       status = learner.status()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (status.state == CREDO_LEARNER_FAILED ||
      (!end.ok() && end.code() != CREDO_UNAVAILABLE)) {
    std::fprintf(stderr, "doom: %s\n",
                 end.ok() ? status.message : end.message());
    return 1;
  }
  std::printf("%" PRId64 " frames learned, %" PRId64 " lived, %" PRId64
              " lost\n",
              status.frames, status.records, status.lost);
  if (options.json.empty()) return 0;
  std::ofstream(options.json)
      << "{\"frames\": " << status.frames << ", \"records\": " << status.records
      << ", \"records_lost\": " << status.lost
      << ", \"frames_per_second\": " << status.frames_per_second
      << ", \"return_first\": " << tallies.front().mean()
      << ", \"return_last\": " << tallies.back().mean()
      << ", \"home_first\": " << tallies.front().home_share()
      << ", \"home_last\": " << tallies.back().home_share() << "}\n";
  return 0;
}

}  // namespace
}  // namespace doom

int main(int argc, char** argv) {
  doom::Options options;
  if (!doom::Read(argc, argv, options)) {
    std::fprintf(stderr, "%s", doom::kUsage);
    return 2;
  }
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { doom::stopped = 1; });
  }
  try {
    return doom::Run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "doom: %s\n", error.what());
    return 1;
  }
}
