// credo parts: every listed part, one line each.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "memory/memory.h"
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

}  // namespace

Subcommand AddParts(CLI::App& app, const Parts& parts) {
  app.add_subcommand("parts", "List every world, network and loss");
  return [&parts] {
    Print("world", parts.worlds);
    Print("encoder", parts.encoders);
    Print("core", parts.cores);
    Print("memory", parts.memories);
    Print("task", parts.tasks);
    Print("frame_model", parts.frame_models);
    Print("probe", parts.probes);
    return kExitDone;
  };
}

}  // namespace credo
