#include "agents/learning/experiment_options.h"

#include <string>

namespace credo {

ExperimentOptions::ExperimentOptions(const Parts& parts)
    : worlds(Catalog(parts.worlds)),
      tasks(Catalog(parts.AllTasks())),
      probe_kinds(Catalog(parts.probes)),
      agent(parts) {}

void ExperimentOptions::Visit(FieldVisitor& v) {
  v.Int("seed", seed, {0, int64_t{1} << 62}, "of everything that is random");
  v.Part("world", world, worlds, "where the agent lives");
  v.Group("agent", agent, "what acts and believes");
  v.Choice("actions", actions, {"policy", "scripted"},
           "policy: the agent acts and learns to; scripted: the world's own "
           "exploring policy acts, and only beliefs are learned");
  v.Parts("auxiliary", auxiliary, tasks, "losses that shape the belief");
  v.Group("learner", learner, "how the agent learns");
  v.Parts("probes", probes, probe_kinds, "what is read off beliefs");
  v.Group("probing", probing, "how probes are trained");
  v.Bool("oracle", oracle,
         "whether the probes train the agent too: a control that shows what a "
         "belief could hold, never an agent to use");
}

std::optional<OptionProblem> ExperimentOptions::Check() const {
  if (oracle && probes.empty()) {
    return OptionProblem{"oracle",
                         "expected probes to train from, found probes: []"};
  }
  if (!learner.IsSharedBy(/*ranks=*/1)) {
    return OptionProblem{
        "learner.shards",
        "expected shards of equal numbers of whole groups of characters "
        "(learner.batch " + std::to_string(learner.batch) +
            ", learner.actor_group " + std::to_string(learner.actor_group) +
            "), found " + std::to_string(learner.shards)};
  }
  if (learner.shards > 1 && world.kind == "host") {
    return OptionProblem{"learner.shards",
                         "expected 1 where the world is a host's, found " +
                             std::to_string(learner.shards)};
  }
  return std::nullopt;
}

ActionSource SourceOf(const ExperimentOptions& options) {
  return options.actions == "scripted" ? ActionSource::kScripted
                                       : ActionSource::kPolicy;
}

}  // namespace credo
