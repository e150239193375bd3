#include "agents/agent_options.h"

namespace credo {

AgentOptions::AgentOptions(const Parts& parts)
    : encoders(Catalog(parts.encoders)),
      cores(Catalog(parts.cores)),
      encoder(Select(encoders, "mlp")),
      core(Select(cores, "lstm")) {}

void AgentOptions::Visit(FieldVisitor& v) {
  v.Part("encoder", encoder, encoders, "from observations to an encoding");
  v.Part("core", core, cores, "from encodings and actions to beliefs");
  v.Ints("head_hidden", head_hidden, {1, 8192},
         "units of each hidden layer of the policy and the value head");
}

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
  v.Choice("device", device, {"auto", "cpu"}, "where networks are computed");
  v.Real("discount", discount, {0, 1}, "of rewards, per step");
  v.Real("lambda", lambda, {0, 1}, "of V-trace");
  v.Real("baseline_weight", baseline_weight, {0, 1e6},
         "factor on the value loss");
  v.Real("entropy_weight", entropy_weight, {0, 1e6},
         "factor on the policy's entropy");
  v.Real("reward_clip", reward_clip, {0, 1e9},
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

void ProbingOptions::Visit(FieldVisitor& v) {
  v.Ints("hidden", hidden, {1, 8192}, "units of each layer that probes share");
  v.Real("learning_rate", learning_rate, {0, 10}, "of the probes' Adam");
  v.Int("times", times, {1, 100000},
        "records per column that an update of the probes reads");
  v.Int("every", every, {0, 1000000000},
        "updates of the agent per update of its online probes; 0: none");
  v.Int("frames", frames, {1, int64_t{1} << 60},
        "frames that a probe from scratch reads");
}

ExperimentOptions::ExperimentOptions(const Parts& parts)
    : worlds(Catalog(parts.worlds)),
      tasks(Catalog(parts.tasks)),
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
  return std::nullopt;
}

}  // namespace credo
