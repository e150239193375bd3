#include "tools/load_experiment.h"

#include <cstdio>
#include <utility>

#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {

Result<std::unique_ptr<Trainer>> LoadExperiment(
    const std::string& config, const std::vector<std::string>& overrides,
    const Parts& parts, ExperimentOptions& options,
    RankGroup* ranks) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(config));
  CREDO_RETURN_IF_ERROR(ReadYaml(text, config, overrides, options));
  Result<std::unique_ptr<Trainer>> trainer =
      Trainer::Make(options, parts, ranks);
  if (trainer.ok()) return trainer;
  if (trainer.status().code() != StatusCode::kInvalidArgument) {
    return trainer.status().At(config);
  }
  return PlaceFailure(text, config, overrides, trainer.status());
}

int FailToLoad(const Status& status) {
  if (status.code() != StatusCode::kInvalidArgument) return Fail(status);
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return kExitWrongInput;
}

}  // namespace credo
