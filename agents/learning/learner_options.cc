#include "agents/learning/learner_options.h"

#include "sdk/model/agent.h"

namespace credo {

void LearnerOptions::Visit(FieldVisitor& v) {
  v.Int("frames", frames, {1, int64_t{1} << 60},
        "environment frames of the whole run");
  v.Int("unroll", unroll, {1, 100000}, "steps of an unroll");
  v.Int("batch", batch, {1, 65536}, "characters, one column of an unroll each");
  v.Int("lag", lag, {0, 1},
        "updates between the weights that act and those that learn");
  v.Int("actor_threads", actor_threads, {0, 1024},
        "threads that act; 0: the learner acts by itself. Changes the speed, "
        "never the result");
  v.Int("actor_group", actor_group, {1, 65536},
        "characters that are acted for together");
  v.Int("shards", shards, {1, 1024},
        "threads that learn, each from its share of the batch. Another number "
        "changes rounding alone");
  v.Choice("device", device, {"auto", "cpu", "cuda"},
           "where is learned and, where the policy acts, decided; auto: cuda "
           "where there is one");
  v.Bool("graphs", graphs,
         "whether whole updates are one graph of the device; on the CPU there "
         "are none");
  v.Choice("precision", precision, {"f32", "bf16", "f64"},
           "in which layers multiply while they learn; bf16 where the "
           "processor has it, elsewhere f32. f64: all in doubles, by plain "
           "operators: slow, to measure others against");
  v.Real("discount", discount, {0, 1}, "of rewards, per step");
  v.Real("lambda", lambda, {0, 1}, "of V-trace");
  v.Real("baseline_weight", baseline_weight, {0, 1e6},
         "factor on the value loss");
  v.Real("entropy_weight", entropy_weight, {0, 1e6},
         "factor on the policy's entropy");
  v.Real("reward_clip", reward_clip, kRewardClip,
         "rewards are clamped to +- this; 0: not at all");
  v.Real("learning_rate", learning_rate, {0, 10}, "of Adam, after the warm-up");
  v.Int("warmup", warmup, {0, 1000000000},
        "updates over which the learning rate rises from 0");
  v.Real("flat", flat, {0, 1},
         "share of the run after which the learning rate falls linearly");
  v.Real("final_rate", final_rate, {0, 1},
         "the learning rate at the end, as a share of learning_rate");
  v.Real("beta1", beta1, {0, 0.999999}, "of Adam");
  v.Real("beta2", beta2, {0, 0.9999999}, "of Adam");
  v.Real("epsilon", epsilon, {1e-20, 1}, "of Adam");
  v.Real("clip", clip, {0, 1e9},
         "largest norm of a gradient; 0: not clipped");
  v.Int("log_every", log_every, {1, 1000000000},
        "updates between two lines of metrics");
  v.Int("evaluate_every", evaluate_every, {0, 1000000000},
        "updates between two evaluations of the policy on held-out episodes; "
        "0: none. Never while actions are scripted");
  v.Int("evaluate_episodes", evaluate_episodes, {1, 1000000},
        "episodes of such an evaluation");
  v.Int("checkpoint_every", checkpoint_every, {1, 1000000000},
        "updates between two checkpoints");
}

}  // namespace credo
