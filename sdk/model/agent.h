// What acts: an encoder, a belief core and the heads that read the belief.
#ifndef CREDO_SDK_MODEL_AGENT_H_
#define CREDO_SDK_MODEL_AGENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/model/layers.h"
#include "sdk/model/options.h"

namespace credo {

// The options below "agent".
struct ActingOptions : Options {
  // The parts to choose from, mlp and lstm among them.
  ActingOptions(PartCatalog encoders, PartCatalog cores);
  void Visit(FieldVisitor& v) override;

  PartCatalog encoders;
  PartCatalog cores;
  Selection encoder;
  Selection core;
  std::vector<int64_t> head_hidden;  // layers before policy and value
};

// Both heads read the whole belief.
struct HeadsModel {
  // `belief`: its numbers; `parameters`: those of the action's distribution.
  HeadsModel(const std::vector<int64_t>& hidden, int64_t belief,
             int64_t parameters);

  MlpSpec policy;
  MlpSpec value;  // to one number
};

// What of the learner's options goes with the weights, as metadata 'learner'.
struct LearnedOptions : Options {
  void Visit(FieldVisitor& v) override;

  double reward_clip = 1.0;
  std::vector<int64_t> probe_hidden;
  std::string probe_reader = "flat";
};

inline constexpr RealRange kRewardClip = {0, 1e9};
// Units of a hidden layer of heads and of probes.
inline constexpr IntRange kHiddenUnits = {1, 8192};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_AGENT_H_
