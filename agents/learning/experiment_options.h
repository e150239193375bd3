// An experiment: what the YAML of `credo train` holds.
#ifndef CREDO_AGENTS_LEARNING_EXPERIMENT_OPTIONS_H_
#define CREDO_AGENTS_LEARNING_EXPERIMENT_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/acting/actor.h"
#include "agents/learning/learner_options.h"
#include "agents/learning/parts.h"
#include "agents/networks/agent_options.h"
#include "agents/probes/probing_options.h"
#include "sdk/model/options.h"

namespace credo {

struct ExperimentOptions : Options {
  explicit ExperimentOptions(const Parts& parts);
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;

  PartCatalog worlds;
  PartCatalog tasks;
  PartCatalog probe_kinds;
  int64_t seed = 1;
  Selection world;
  AgentOptions agent;
  std::string actions = "policy";
  std::vector<Selection> auxiliary;
  LearnerOptions learner;
  std::vector<Selection> probes;
  ProbingOptions probing;
  bool oracle = false;
};

// What acts in a run of these options: the policy or the scripted policy.
ActionSource SourceOf(const ExperimentOptions& options);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_EXPERIMENT_OPTIONS_H_
