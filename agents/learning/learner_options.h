// learner: how the agent learns, as YAML says it.
#ifndef CREDO_AGENTS_LEARNING_LEARNER_OPTIONS_H_
#define CREDO_AGENTS_LEARNING_LEARNER_OPTIONS_H_

#include <cstdint>
#include <string>

#include "sdk/model/options.h"

namespace credo {

struct LearnerOptions : Options {
  void Visit(FieldVisitor& v) override;
  int64_t frames_per_update() const { return unroll * batch; }
  // Whether each shard of each rank gets equally many whole groups.
  bool IsSharedBy(int64_t ranks) const {
    return ranks * shards == 1 || batch % (ranks * shards * actor_group) == 0;
  }

  int64_t frames = 1000000;
  int64_t unroll = 32;
  int64_t batch = 16;
  int64_t lag = 1;
  int64_t actor_threads = 0;
  int64_t actor_group = 8;
  int64_t shards = 1;
  std::string device = "auto";
  bool graphs = true;
  std::string precision = "f32";
  // Reinforcement learning; used when actions come from the policy.
  double discount = 0.99;
  double lambda = 1.0;
  double baseline_weight = 0.5;
  double entropy_weight = 0.01;
  double reward_clip = 1.0;
  // Optimiser.
  double learning_rate = 1e-3;
  int64_t warmup = 50;
  double flat = 0.5;
  double final_rate = 0.05;
  double beta1 = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-8;
  double clip = 10.0;
  // Output.
  int64_t log_every = 50;
  int64_t evaluate_every = 1000;
  int64_t evaluate_episodes = 64;
  int64_t checkpoint_every = 1000;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_LEARNER_OPTIONS_H_
