// credo parts: every listed part, one line each; of memories what they hold and
// cost.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "memory/memory.h"
#include "sdk/tensor/parameters.h"
#include "simcore/frame_model.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

template <typename Part>
void Print(const char* kind, const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    std::printf("%-12s %-14s %s\n", kind, part.info.name.c_str(),
                part.info.summary.c_str());
  }
}

// With default options, beside a core of 64 units and 64 numbers of encoding.
void PrintMemories(const std::vector<MemoryPart>& parts) {
  for (const MemoryPart& part : parts) {
    Parameters parameters;
    const MemoryShape shape =
        part.make(*part.info.defaults(), parameters, {"m", 64, 64})->shape();
    std::printf("%-12s %-14s %s; %lld numbers, multiplications per write %lld, "
                "per read %lld\n",
                "memory", part.info.name.c_str(), part.info.summary.c_str(),
                static_cast<long long>(shape.numbers()),
                static_cast<long long>(shape.write_work),
                static_cast<long long>(shape.read_work));
  }
}

}  // namespace

Subcommand AddParts(CLI::App& app, const Parts& parts) {
  app.add_subcommand("parts",
                     "List every world, network and loss, and what memories "
                     "cost");
  return [&parts] {
    Print("world", parts.worlds);
    Print("encoder", parts.encoders);
    Print("core", parts.AllCores());
    PrintMemories(parts.memories);
    Print("task", parts.AllTasks());
    Print("frame_model", parts.frame_models);
    Print("probe", parts.probes);
    return kExitDone;
  };
}

}  // namespace credo
