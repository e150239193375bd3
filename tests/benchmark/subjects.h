// What is timed, one file per subject. Each of these registers its benchmarks:
//
//   World/WORLD/OPTIONS/ACTIONS   records written by 16 worlds
//   Acting/SETTING                the policy acts, its worlds included
//   Update/SETTING                one whole update of the learner
//   Simcore/SETTING               the same with other losses and memories
//   Part/SETTING/PART             one part of it, forward and backward
//
// scripts/bench.py makes a table of them and relies on these names.
#ifndef CREDO_TESTS_BENCHMARK_SUBJECTS_H_
#define CREDO_TESTS_BENCHMARK_SUBJECTS_H_

#include <benchmark/benchmark.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace credo {

void RegisterWorlds();
void RegisterActing();
void RegisterUpdates();
void RegisterParts();

// A benchmark of this name. What `time` throws ends the program, with the name
// in front. (benchmark::State::SkipWithError is not used: version 1.7.1 crashes
// when it is called in some repetitions only.)
template <typename Time>
void Register(const std::string& name, const Time& time) {
  benchmark::RegisterBenchmark(
      name.c_str(), [name, time](benchmark::State& state) {
        try {
          time(state);
        } catch (const std::exception& error) {
          throw std::runtime_error(name + ": " + error.what());
        }
      });
}

// Ends the program when a benchmark found its own answer wrong.
inline void Require(bool holds, const std::string& message) {
  if (!holds) throw std::runtime_error(message);
}

// Counters of a benchmark whose every iteration deals with `frames` frames, to
// be set after its loop. Both are of the thread's CPU time.
inline void CountFrames(benchmark::State& state, double frames) {
  using benchmark::Counter;
  const double all = static_cast<double>(state.iterations()) * frames;
  state.counters["frames/s"] = Counter(all, Counter::kIsRate);
  state.counters["us/frame"] =
      Counter(all * 1e-6, Counter::kIsRate | Counter::kInvert);
}

}  // namespace credo

#endif  // CREDO_TESTS_BENCHMARK_SUBJECTS_H_
