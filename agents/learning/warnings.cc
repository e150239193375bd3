#include "agents/learning/warnings.h"

#include "agents/learning/rate_schedule.h"
#include "sdk/model/simulator.h"
#include "sdk/tensor/precision.h"

namespace credo {
namespace {

bool HasNoWeight(const Selection& task) {
  const auto* simcore =
      dynamic_cast<const SimcoreOptions*>(task.options.get());
  return simcore != nullptr && simcore->weight == 0;
}

}  // namespace

std::vector<std::string> WarningsOf(const ExperimentOptions& options) {
  std::vector<std::string> warnings;
  bool shaped = options.actions == "policy" || options.oracle;
  for (size_t i = 0; i < options.auxiliary.size(); ++i) {
    if (HasNoWeight(options.auxiliary[i])) {
      warnings.push_back("auxiliary[" + std::to_string(i) +
                         "].weight: 0: this loss is computed and shapes "
                         "nothing");
    } else {
      shaped = true;
    }
  }
  if (!shaped) {
    warnings.push_back(
        "auxiliary: the agent does not act and no loss shapes its belief: its "
        "weights stay as they are drawn");
  }
  const LearnerOptions& learner = options.learner;
  const int64_t updates = RateSchedule(learner, learner.frames).updates();
  if (learner.warmup > updates) {
    warnings.push_back("learner.warmup: " + std::to_string(learner.warmup) +
                       " updates: the run has " + std::to_string(updates) +
                       ", so that the rate never reaches its full height");
  }
  if (learner.precision == "bf16" && !HasBf16()) {
    warnings.push_back(
        "learner.precision: bf16: this processor does not multiply it fast, so "
        "f32 is used");
  }
  return warnings;
}

}  // namespace credo
