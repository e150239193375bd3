// credo config: the reference of every key.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "agents/learning/experiment_options.h"
#include "sdk/config/yaml.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {

Subcommand AddConfig(CLI::App& app, const Parts& parts) {
  app.add_subcommand("config",
                     "Print every key: type, default, range, meaning");
  return [&parts] {
    ExperimentOptions options(parts);
    std::fputs(DescribeOptions(options).c_str(), stdout);
    return kExitDone;
  };
}

}  // namespace credo
