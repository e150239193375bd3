// The benchmarks as one program, on one thread. scripts/bench.py runs it and
// makes a table of what it prints.

#include <ATen/Parallel.h>

#include <cstdio>
#include <exception>

#include "sdk/tensor/freed_memory.h"
#include "tests/benchmark/subjects.h"

int main(int argc, char** argv) {
  credo::KeepFreedMemory();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  at::set_num_threads(1);
  try {
    credo::RegisterWorlds();
    credo::RegisterActing();
    credo::RegisterUpdates();
    credo::RegisterParts();
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "credo_benchmark: %s\n", error.what());
    return 1;
  }
  benchmark::Shutdown();
  return 0;
}
