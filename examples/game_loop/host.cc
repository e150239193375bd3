// Villagers that learn while the game runs, and what that costs the game.
//
//   game_loop CONFIG RUN [--seconds N] [--idle N] [--characters N] [--nice N]
//             [--json FILE] [--chart FILE.svg]
//
// Plays at 60 Hz for --idle seconds without learning, then for --seconds with
// the learner at work, and at last lets the learner work while the game stands.
// Exit code 0 for done, 1 for a call that failed, 2 for wrong arguments.

#include <credo/credo_learn.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "examples/game_loop/chart.h"
#include "examples/game_loop/loop.h"

namespace game_loop {
namespace {

constexpr char kUsage[] =
    "usage: game_loop CONFIG RUN [--seconds N] [--idle N] [--characters N]\n"
    "                 [--nice N] [--json FILE] [--chart FILE.svg]\n";

struct Options {
  std::string config;
  std::string run;
  double seconds = 60;
  double idle = 10;
  int characters = kVillagers;
  int nice = 10;
  std::string json;
  std::string chart;
};

bool Read(int argc, char** argv, Options& options) {
  std::vector<std::string> places;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (!name.starts_with("--")) {
      places.emplace_back(name);
      continue;
    }
    if (++i == argc) return false;
    const char* const value = argv[i];
    if (name == "--seconds") {
      options.seconds = std::atof(value);
    } else if (name == "--idle") {
      options.idle = std::atof(value);
    } else if (name == "--characters") {
      options.characters = std::atoi(value);
    } else if (name == "--nice") {
      options.nice = std::atoi(value);
    } else if (name == "--json") {
      options.json = value;
    } else if (name == "--chart") {
      options.chart = value;
    } else {
      return false;
    }
  }
  if (places.size() != 2 || options.seconds < 1 || options.idle < 1 ||
      options.characters < 1) {
    return false;
  }
  options.config = places[0];
  options.run = places[1];
  return true;
}

struct Times {
  float p50, p99, worst;
};

Times TimesOf(const Loop& loop) {
  return {loop.times().Quantile(0.5), loop.times().Quantile(0.99),
          loop.times().Quantile(1)};
}

void Print(const char* when, const Times& times, int64_t late) {
  std::printf("%-22s tick p50 %.1f us, p99 %.1f us, worst %.1f us, %" PRId64
              " late\n",
              when, times.p50, times.p99, times.worst, late);
  std::fflush(stdout);
}

double Mean(const std::vector<float>& all, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; ++i) sum += all[i];
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

// Frames that an update learns from in a second of the learner's own time.
double Rate(const credo_learner_status& from, const credo_learner_status& to) {
  return static_cast<double>(to.frames - from.frames) /
         (to.seconds_learning - from.seconds_learning);
}

// The learner's rate while the game stands still: the game runs in bursts that
// give it what to learn from, and waits until it is learned.
double SoloRate(Loop& loop, const credo::Learner& learner, double seconds) {
  const credo_learner_status from = learner.status();
  const auto end =
      Loop::Clock::now() + std::chrono::duration<double>(seconds);
  while (Loop::Clock::now() < end) {
    const int64_t lost = learner.status().lost;
    for (int i = 0; i < 1000 && learner.status().lost == lost; ++i) {
      loop.Tick();
    }
    const int64_t updates = learner.status().updates;
    for (int i = 0; i < 2000 && learner.status().updates < updates + 2; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return Rate(from, learner.status());
}

int Run(const Options& options) {
  const credo::World world = RoomWorld();
  auto learner = credo::Learner::Open(options.config.c_str(),
                                      options.run.c_str(), world)
                     .value();
  auto agent = learner.NewAgent().value();
  auto beliefs = agent.NewBeliefs(options.characters, /*seed=*/7).value();
  Loop loop(agent, beliefs);
  loop.Run(1);  // into the caches
  loop.Clear();
  loop.Run(options.idle);
  const Times idle = TimesOf(loop);
  Print("without a learner:", idle, loop.late());
  loop.Clear();

  learner.Attach(agent, beliefs).Check();
  learner.Start({.nice = options.nice}).Check();
  std::vector<Second> seconds;
  const credo_learner_status begin = learner.status();
  size_t seen = 0;
  for (int second = 1; second <= options.seconds; ++second) {
    const int64_t late = loop.late();
    loop.Run(1);
    const auto& returns = loop.returns();
    Second now;
    now.p50 = loop.times().Quantile(0.5);
    now.p99 = loop.times().Quantile(0.99);
    now.episodes = static_cast<int>(returns.size() - seen);
    now.mean_return = Mean(returns, seen, returns.size());
    seen = returns.size();
    seconds.push_back(now);
    if (second % 10 == 0) {
      const credo_learner_status status = learner.status();
      std::printf("%4d s: return %.2f, %" PRId64 " frames learned, %" PRId64
                  " lost, late %" PRId64 "%s%s\n",
                  second, Mean(returns, returns.size() * 9 / 10, seen),
                  status.frames, status.lost, loop.late() - late,
                  status.message[0] != '\0' ? ": " : "", status.message);
      std::fflush(stdout);
    }
  }
  const credo_learner_status status = learner.status();
  const Times beside = TimesOf(loop);
  const double rate = Rate(begin, status);
  Print("beside the learner:", beside, loop.late());
  const auto& returns = loop.returns();
  const size_t tenth = returns.size() / 10;
  const double first = Mean(returns, 0, tenth);
  const double last = Mean(returns, returns.size() - tenth, returns.size());
  const int64_t late = loop.late(), ticks = loop.ticks();
  std::printf("return %.2f at first, %.2f at last, of %zu episodes\n", first,
              last, returns.size());
  if (!options.chart.empty()) WriteChart(options.chart, seconds);

  const double solo = SoloRate(loop, learner, 10);
  std::printf("learner: %.0f frames/s of its own time beside the game, %.0f "
              "alone\n",
              rate, solo);
  learner.Stop().Check();
  if (!options.json.empty()) {
    std::ofstream(options.json)
        << "{\"seconds\": " << options.seconds
        << ", \"characters\": " << options.characters
        << ", \"ticks\": " << ticks << ", \"late_frames\": " << late
        << ",\n \"tick_p50_us\": " << beside.p50
        << ", \"tick_p99_us\": " << beside.p99
        << ", \"tick_worst_us\": " << beside.worst
        << ", \"idle_p50_us\": " << idle.p50
        << ", \"idle_p99_us\": " << idle.p99
        << ", \"idle_worst_us\": " << idle.worst
        << ",\n \"tick_p99_beside_learner_vs_idle\": "
        << beside.p99 / idle.p99
        << ",\n \"learner_frames_per_second\": " << rate
        << ", \"learner_frames_per_second_solo\": " << solo
        << ", \"learner_rate_vs_solo\": " << rate / solo
        << ",\n \"frames_learned\": " << status.frames - begin.frames
        << ", \"records\": " << status.records
        << ", \"records_lost\": " << status.lost
        << ", \"updates\": " << status.updates - begin.updates
        << ",\n \"return_first\": " << first << ", \"return_last\": " << last
        << "}\n";
  }
  return 0;
}

}  // namespace
}  // namespace game_loop

int main(int argc, char** argv) {
  game_loop::Options options;
  if (!game_loop::Read(argc, argv, options)) {
    std::fprintf(stderr, "%s", game_loop::kUsage);
    return 2;
  }
  return game_loop::Run(options);
}
