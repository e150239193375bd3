#include "sdk/model/agent.h"

#include <utility>

namespace credo {

ActingOptions::ActingOptions(PartCatalog encoder_catalog,
                             PartCatalog core_catalog)
    : encoders(std::move(encoder_catalog)),
      cores(std::move(core_catalog)),
      encoder(Select(encoders, "mlp")),
      core(Select(cores, "lstm")) {}

void ActingOptions::Visit(FieldVisitor& v) {
  v.Part("encoder", encoder, encoders, "from observations to an encoding");
  v.Part("core", core, cores, "from encodings and actions to beliefs");
  v.Ints("head_hidden", head_hidden, kHiddenUnits,
         "units of each hidden layer of the policy and the value head");
}

HeadsModel::HeadsModel(const std::vector<int64_t>& hidden, int64_t belief,
                       int64_t parameters)
    : policy{"agent.policy", belief, hidden},
      value{"agent.value", belief, hidden} {
  policy.sizes.push_back(parameters);
  value.sizes.push_back(1);
}

void LearnedOptions::Visit(FieldVisitor& v) {
  v.Real("reward_clip", reward_clip, kRewardClip,
         "rewards are clamped to +- this; 0: not at all");
  v.Ints("probe_hidden", probe_hidden, kHiddenUnits,
         "units of each layer that probes share");
  v.Choice("probe_reader", probe_reader, {"flat", "query"},
           Later("how probes read beliefs; query: maps by asking the memory"));
}

}  // namespace credo
