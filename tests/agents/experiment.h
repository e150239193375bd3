// A learner and the actors that feed it, step by step and in memory.
//
//   Experiment experiment("world: {kind: grid}\nactions: scripted\n");
//   const Unroll& unroll = experiment.Act();
//   const std::vector<Metric> metrics = experiment.Learn();
#ifndef CREDO_TESTS_AGENTS_EXPERIMENT_H_
#define CREDO_TESTS_AGENTS_EXPERIMENT_H_

#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "agents/acting/actor_pool.h"
#include "agents/learning/experiment_options.h"
#include "agents/learning/learner.h"
#include "agents/runs/model_file.h"
#include "agents/runs/trainer.h"
#include "sdk/config/yaml.h"

namespace credo {

inline void ThrowUnlessOk(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}

// The options that `yaml` says. `parts` outlive them.
inline std::unique_ptr<ExperimentOptions> ReadExperiment(
    const std::string& yaml, const Parts& parts) {
  auto options = std::make_unique<ExperimentOptions>(parts);
  ThrowUnlessOk(ReadYaml(yaml, "test.yaml", {}, *options));
  return options;
}

// The actors always use the weights of now: lag 0.
class Experiment {
 public:
  // `group`: those that share its columns, each with an experiment of its own.
  explicit Experiment(const std::string& yaml, Parts parts = BuiltInParts(),
                      bool repeats = false, LearnerGroup* group = nullptr,
                      at::Device device = at::kCPU)
      : parts_(std::move(parts)),
        options_(ReadExperiment(yaml, parts_)),
        group_(group) {
    at::set_num_threads(1);
    const EnvironmentFactory worlds = MakeWorldFactory(*options_, parts_);
    auto world = worlds();
    ThrowUnlessOk(world.status());
    spec_ = (*world)->spec();
    auto learner =
        Learner::Make(*options_, parts_, spec_, group, device, repeats);
    ThrowUnlessOk(learner.status());
    learner_ = *std::move(learner);
    const LearnerOptions& l = options_->learner;
    const ActorSettings settings{
        .source = SourceOf(*options_),
        .seed = static_cast<uint64_t>(options_->seed),
        .reward_clip = l.reward_clip,
        .device = device,
        .repeats = repeats};
    const Agent& acts =
        device.is_cpu() ? learner_->agent_on_host() : learner_->agent();
    auto actors = ActorPool::Make(worlds, acts, settings,
                                  learner_->first_column(),
                                  learner_->columns(), l.actor_group,
                                  /*threads=*/0);
    ThrowUnlessOk(actors.status());
    actors_ = *std::move(actors);
    const int64_t floats = learner_->agent().core().layout().floats();
    for (auto* unroll : {&current_, &before_}) {
      *unroll = std::make_unique<Unroll>(spec_, l.unroll,
                                         learner_->columns(), floats);
    }
  }

  Learner& learner() { return *learner_; }
  const Agent& agent() const { return learner_->agent(); }
  const ExperimentOptions& options() const { return *options_; }
  const EnvironmentSpec& spec() const { return spec_; }
  const Unroll& unroll() const { return *current_; }
  // The bytes of the model file, as if `frames` had been learned from.
  std::string Model(int64_t frames) {
    return SerializeModel(spec_, *options_, *learner_, frames);
  }
  // The same with weights of 8 bits, which the learner has from then on.
  std::string Int8Model(int64_t frames) {
    auto model = SerializeInt8Model(spec_, *options_, *learner_, frames);
    ThrowUnlessOk(model.status());
    return *std::move(model);
  }

  // Fills the next unroll.
  const Unroll& Act() {
    std::swap(current_, before_);
    (void)learner_->agent_on_host();  // takes the weights of now
    actors_->Start(acted_ ? before_.get() : nullptr, *current_);
    ThrowUnlessOk(actors_->Wait());
    acted_ = true;
    return *current_;
  }
  // Learns from the present unroll.
  std::vector<Metric> Learn(bool log = true) {
    // Where no agent acts the learner alone knows the state before record 0.
    if (options_->actions == "scripted") {
      current_->state.copy_(learner_->carried());
    }
    at::Tensor all_kinds;
    if (group_ != nullptr) {
      all_kinds = group_->Gather(current_->kinds).movedim(0, 1).flatten(1, 2);
    }
    return learner_->Update(
        *current_,
        {.update = update_++,
         .seed = static_cast<uint64_t>(options_->seed),
         .log = log},
        all_kinds);
  }
  std::vector<Metric> ActAndLearn() {
    Act();
    return Learn();
  }

 private:
  Parts parts_;
  std::unique_ptr<ExperimentOptions> options_;
  LearnerGroup* group_;
  EnvironmentSpec spec_;
  std::unique_ptr<Learner> learner_;
  std::unique_ptr<ActorPool> actors_;
  std::unique_ptr<Unroll> current_;
  std::unique_ptr<Unroll> before_;
  bool acted_ = false;
  int64_t update_ = 0;
};

inline bool EqualBits(const std::vector<Metric>& a,
                      const std::vector<Metric>& b) {
  return std::ranges::equal(a, b, [](const Metric& x, const Metric& y) {
    return x.name == y.name && x.value == y.value && x.weight == y.weight;
  });
}

inline bool HasMetric(const std::vector<Metric>& metrics,
                      const std::string& name) {
  for (const Metric& metric : metrics) {
    if (metric.name == name) return true;
  }
  return false;
}

// Throws when it was not logged.
inline double MetricOf(const std::vector<Metric>& metrics,
                       const std::string& name) {
  for (const Metric& metric : metrics) {
    if (metric.name == name) return metric.value;
  }
  throw std::invalid_argument("no metric " + name);
}

using Weights = std::map<std::string, at::Tensor>;

inline Weights CopyOf(const Parameters& parameters) {
  Weights copy;
  for (const Parameter& parameter : parameters.list()) {
    copy[parameter.name] = parameter.value.detach().clone();
  }
  return copy;
}

// Names below `prefix` whose values are, or are not, bit for bit what they
// were.
inline std::vector<std::string> Unlike(const Weights& was, const Weights& is,
                                       const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& [name, value] : was) {
    if (!name.starts_with(prefix)) continue;
    if (!at::equal(value, is.at(name))) names.push_back(name);
  }
  return names;
}
inline std::vector<std::string> Alike(const Weights& was, const Weights& is,
                                      const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& [name, value] : was) {
    if (!name.starts_with(prefix)) continue;
    if (at::equal(value, is.at(name))) names.push_back(name);
  }
  return names;
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_EXPERIMENT_H_
