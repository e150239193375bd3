// What is timed, one file per subject. Each of these registers its benchmarks:
//
//   World/WORLD/OPTIONS/ACTIONS   records written by 16 worlds
//   Acting/SETTING                the policy acts, its worlds included
//   Update/SETTING                one whole update of the learner
//   Part/SETTING/PART             one part of it, forward and backward
//
// scripts/bench.py makes a table of them and relies on these names.
#ifndef CREDO_TESTS_BENCHMARK_SUBJECTS_H_
#define CREDO_TESTS_BENCHMARK_SUBJECTS_H_

#include <benchmark/benchmark.h>

#include <cstdint>

namespace credo {

void RegisterWorlds();
void RegisterActing();
void RegisterUpdates();
void RegisterParts();

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
