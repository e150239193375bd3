// The parts of an update, each on its own at the shapes of its setting: forward
// and backward, down to what the part reads and to its weights.

#include <torch/autograd.h>
#include <yaml-cpp/yaml.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/learning/actor_critic_loss.h"
#include "agents/probes/probe_batch.h"
#include "simcore/frame_model.h"
#include "simcore/simulator.h"
#include "tests/benchmark/scenes.h"
#include "tests/benchmark/subjects.h"

namespace credo {
namespace {

at::Tensor Leaf(const at::Tensor& tensor) {
  return tensor.detach().clone().requires_grad_(true);
}

bool IsUsable(const at::Tensor& tensor) {
  return tensor.defined() && tensor.isfinite().all().item<bool>() &&
         tensor.ne(0).any().item<bool>();
}

// Times `forward`, a function to a tensor, and its backward pass. Checks that
// its value, and its gradients at `leaves`, are finite and not all zero.
template <typename Forward>
void TimeBothPasses(benchmark::State& state,
                    const std::vector<at::Tensor>& leaves,
                    const Forward& forward) {
  const at::Tensor gradient = at::ones_like(forward());
  const auto pass = [&] {
    const at::Tensor output = forward();
    torch::autograd::backward({output}, {gradient});
    return output;
  };
  Require(IsUsable(pass()), "the value is zero or not finite");
  for (const at::Tensor& leaf : leaves) {
    Require(IsUsable(leaf.grad()), "a gradient is zero or not finite");
  }
  for (auto _ : state) {
    for (const at::Tensor& leaf : leaves) leaf.mutable_grad().reset();
    pass();
  }
}

// What the parts read: the present unroll of a scene, and what its agent makes
// of it.
struct Inputs {
  explicit Inputs(Scene& scene)
      : unroll(scene.experiment().unroll()), agent(scene.experiment().agent()) {
    torch::NoGradGuard no_grad;
    encoded = agent.Encode(unroll.observations);
    core = MakeCoreInput(agent, unroll, unroll.kinds_list(), encoded,
                         scene.options().reward_clip);
    output = agent.core().Unroll(core, unroll.state, 0);
  }

  const Unroll& unroll;
  const Agent& agent;
  at::Tensor encoded;
  CoreInput core;
  CoreOutput output;
};

void TimeWorld(benchmark::State& state, Scene& scene) {
  const Experiment& experiment = scene.experiment();
  const bool scripted = experiment.options().actions == "scripted";
  auto worlds = VectorEnvironment::Make(
      MakeWorldFactory(experiment.options(), SharedParts()), /*seed=*/1, 0,
      scene.options().batch);
  ThrowUnlessOk(worlds.status());
  Unroll unroll(experiment.spec(), scene.options().unroll,
                scene.options().batch, 0);
  // Where the policy acts, the actions are those that it took.
  const at::Tensor taken = experiment.unroll().actions.contiguous();
  std::vector<float> actions(taken.size(1) * taken.size(2), 0.0f);
  const auto fill = [&](int64_t first) {
    for (int64_t t = first; t <= unroll.steps; ++t) {
      if (!scripted) {
        const float* row =
            taken.const_data_ptr<float>() + t * taken.size(1) * taken.size(2);
        actions.assign(row, row + taken.size(1) * taken.size(2));
      } else if (t > 0) {
        (*worlds)->ScriptedActions(actions);
      }
      ThrowUnlessOk((*worlds)->Step(actions, unroll.Rows(t, 0)));
    }
  };
  fill(0);
  for (auto _ : state) fill(1);
}

void TimeEncoder(benchmark::State& state, Scene& scene) {
  const Inputs inputs(scene);
  TimeBothPasses(state, {}, [&] {
    return inputs.agent.Encode(inputs.unroll.observations);
  });
}

// The core of the same sizes without its memory.
void TimeCore(benchmark::State& state, Scene& scene, const Setting& setting) {
  Setting bare = setting;
  bare.changes.push_back("agent.core.memory={kind: none}");
  Experiment experiment(SettingYaml(bare));
  const BeliefCore& core = experiment.agent().core();
  Inputs inputs(scene);
  inputs.core.encoded = Leaf(inputs.core.encoded);
  const at::Tensor before =
      torch::zeros({inputs.unroll.columns, core.layout().floats()});
  TimeBothPasses(state, {inputs.core.encoded}, [&] {
    return core.Unroll(inputs.core, before, inputs.unroll.steps - 1).beliefs;
  });
}

void TimeMemory(benchmark::State& state, Scene& scene) {
  const Inputs inputs(scene);
  const BeliefCore& core = inputs.agent.core();
  const at::Tensor encoded = Leaf(inputs.encoded);
  const at::Tensor hidden =
      Leaf(inputs.output.beliefs.narrow(2, 0, core.recurrent_size() / 2));
  const at::Tensor before = inputs.output.memory[0];
  TimeBothPasses(state, {encoded, hidden}, [&] {
    return core.memory()
        .Write(encoded, hidden, before, inputs.core.keep)
        .contents;
  });
}

// How many simulations and frames an update has.
struct SimcoreShape {
  explicit SimcoreShape(Scene& scene) {
    const Selection& task = scene.experiment().options().auxiliary.at(0);
    const YAML::Node keys = YAML::Load(WriteYaml(*task.options));
    overshoot = keys["overshoot"].as<int64_t>();
    starts = keys["starts"].as<int64_t>() * scene.options().batch;
    const auto later = keys["frames"].as<int64_t>();
    frames = starts * ((later > 0 ? later : overshoot) +
                       (keys["now"].as<bool>() ? 1 : 0));
  }
  int64_t overshoot;
  int64_t starts;
  int64_t frames;
};

// Rows `0 .. count - 1`, over and over, of [T+1, B, ...].
at::Tensor RowsOf(const at::Tensor& records, int64_t count) {
  const at::Tensor rows = records.flatten(0, 1);
  return rows.index_select(
      0, torch::arange(count, torch::kLong).remainder(rows.size(0)));
}

// Simulations from the first records of the unroll.
struct Simulations {
  explicit Simulations(Scene& scene)
      : shape(scene),
        simulator(*scene.experiment().learner().tasks().at(0)->simulator()) {
    const Inputs inputs(scene);
    beliefs = Leaf(RowsOf(inputs.output.beliefs, shape.starts));
    contents = Leaf(RowsOf(inputs.output.memory, shape.starts));
    actions = RowsOf(inputs.core.actions, (shape.overshoot + 1) * shape.starts)
                  .view({shape.overshoot + 1, shape.starts, -1});
    actions[0].zero_();
  }
  at::Tensor Run() const {
    return simulator.Simulate(beliefs, contents, actions);
  }

  SimcoreShape shape;
  const Simulator& simulator;
  at::Tensor beliefs;
  at::Tensor contents;
  at::Tensor actions;
};

void TimeSimulator(benchmark::State& state, Scene& scene) {
  const Simulations simulations(scene);
  TimeBothPasses(state, {simulations.beliefs, simulations.contents},
                 [&] { return simulations.Run(); });
}

void TimeFrameModel(benchmark::State& state, Scene& scene) {
  const Simulations simulations(scene);
  const int64_t count = simulations.shape.frames;
  const at::Tensor states = Leaf(RowsOf(simulations.Run(), count));
  FrameTargets targets;
  for (const auto& [name, seen] : scene.experiment().unroll().observations) {
    targets.observations.Add(name, RowsOf(seen, count));
  }
  const FrameModel& model =
      *scene.experiment().learner().tasks().at(0)->frame_model();
  TimeBothPasses(state, {states},
                 [&] { return model.Loss(states, targets, {}).loss.mean(); });
}

void TimeHeads(benchmark::State& state, Scene& scene) {
  const Inputs inputs(scene);
  const at::Tensor beliefs = Leaf(inputs.output.beliefs);
  ActorCriticInput input;
  input.actions = inputs.unroll.actions;
  input.log_probabilities = inputs.unroll.log_probabilities;
  input.rewards = inputs.unroll.rewards;
  input.masks = inputs.unroll.masks;
  ActorCriticOptions options;
  options.discount = scene.options().discount;
  const std::vector<Kind> kinds = inputs.unroll.kinds_list();
  TimeBothPasses(state, {beliefs}, [&] {
    const Agent::Heads heads = inputs.agent.Evaluate(beliefs);
    input.parameters = heads.policy;
    input.values = heads.values;
    return ActorCriticLoss(inputs.agent.distribution(), input,
                           WeighDecisions(kinds, inputs.unroll.columns,
                                          options.discount),
                           options)
        .total;
  });
}

void TimeProbes(benchmark::State& state, Scene& scene) {
  const Inputs inputs(scene);
  const ExperimentOptions& options = scene.experiment().options();
  ProbeNet& probes = *scene.experiment().learner().probes();
  const RandomStream stream(1, "benchmark.probes");
  at::Tensor beliefs = inputs.output.beliefs;
  std::vector<at::Tensor> leaves;
  if (options.oracle) leaves.push_back(beliefs = Leaf(beliefs));
  int64_t update = 0;
  TimeBothPasses(state, leaves, [&] {
    // The step of the pass before; a zero rate leaves the probes as they are.
    if (update > 0) probes.Step(0);
    return ProbeBatchLoss(
        probes, DrawProbeBatch(probes, inputs.unroll, beliefs,
                               options.probing.times, stream,
                               {.update = update++}));
  });
}

void TimeOptimiser(benchmark::State& state, Scene& scene) {
  const Parameters& parameters = scene.experiment().learner().parameters();
  const at::Tensor values = parameters.values().detach().clone();
  const at::Tensor gradients = torch::full_like(values, 1e-3);
  Adam adam(parameters.size(), {});
  for (auto _ : state) {
    adam.Update(1e-6, gradients, values);
    // A learner zeroes its gradients; here it must do so to another buffer.
    scene.experiment().learner().parameters().ZeroGradients();
  }
  Require(IsUsable(values - parameters.values()),
          "the values did not change");
}

using Timer = std::function<void(benchmark::State&, Scene&)>;

// The parts that take part in a setting.
std::vector<std::pair<std::string, Timer>> TimersOf(const Setting& setting,
                                                    const YAML::Node& yaml) {
  std::vector<std::pair<std::string, Timer>> timers = {
      {"world", TimeWorld},
      {"encoder", TimeEncoder},
      {"core",
       [setting](benchmark::State& state, Scene& scene) {
         TimeCore(state, scene, setting);
       }},
      {"memory", TimeMemory},
  };
  if (yaml["auxiliary"].size() > 0) {
    timers.emplace_back("simulator", TimeSimulator);
    timers.emplace_back("frame_model", TimeFrameModel);
  }
  if (yaml["actions"].as<std::string>() == "policy") {
    timers.emplace_back("heads", TimeHeads);
  }
  timers.emplace_back("probes", TimeProbes);
  timers.emplace_back("optimiser", TimeOptimiser);
  return timers;
}

void TimePart(benchmark::State& state, const Setting& setting,
              const std::string& part, const Timer& timer) {
  Scene& scene = Scene::Of(setting);
  timer(state, scene);
  // Passes gathered gradients; the next update must not see them.
  scene.experiment().learner().parameters().ZeroGradients();
  scene.experiment().learner().probes()->parameters().ZeroGradients();
  // Probes that do not train the belief learn in some of the updates only.
  const ExperimentOptions& options = scene.experiment().options();
  const bool seldom = part == "probes" && !options.oracle;
  CountFrames(state,
              static_cast<double>(scene.frames() *
                                  (seldom ? options.probing.every : 1)));
}

}  // namespace

void RegisterParts() {
  for (const Setting& setting : Settings()) {
    const YAML::Node yaml = YAML::Load(SettingYaml(setting));
    for (const auto& [part, timer] : TimersOf(setting, yaml)) {
      Register("Part/" + setting.name + "/" + part,
               [setting, part = part, timer = timer](benchmark::State& state) {
                 TimePart(state, setting, part, timer);
               });
    }
  }
}

}  // namespace credo
