// Writes golden files (golden_trace.h) with the trainer of now.
//
//   write_golden FOLDER
//
// The files of tests/golden/v1 stay as they are: they stand for models that
// games have shipped. A new version of the format gets a folder of its own.

#include <torch/types.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/runs/imagination.h"
#include "sdk/base/file.h"
#include "sdk/tensor/tensor_io.h"
#include "tests/agents/experiment.h"
#include "tests/golden/golden_trace.h"

namespace credo {
namespace {

struct Case {
  const char* name;
  bool int8;
  const char* yaml;
};

// Small networks, which together have every part of the runtime.
constexpr char kGridYaml[] = R"(
seed: 4
world: {kind: grid, room: 4, colours: 2, heading: rotating, episode: 25}
agent:
  encoder: {kind: mlp, sizes: [10]}
  core:
    kind: lstm
    size: 9
    memory: {kind: addressed, slots: 5, width: 3, value_hidden: 6}
  head_hidden: [7]
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, decoder: {kind: deterministic,
     hidden: [11]}}
probes:
  - {kind: cells, target: map}
  - {kind: class, target: pose.cell}
  - {kind: real, target: pose.position}
  - {kind: circular, target: pose.angle}
probing: {hidden: [8]}
learner: {unroll: 40, batch: 1}
)";
constexpr char kPictureYaml[] = R"(
seed: 5
world: {kind: blank, picture: [20, 20, 3], action: all, masks: true,
        episode: 19, end: both}
agent:
  encoder: {kind: conv, channels: [5, 6], kernels: [5, 3], strides: [3, 1],
            size: 17}
  core:
    kind: gru
    size: 9
    memory: {kind: addressed, slots: 4, width: 5}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, decoder: {kind: mean_frame}}
probes: [{kind: class, target: secret}]
probing: {hidden: []}
learner: {unroll: 40, batch: 1}
)";
constexpr char kMemorylessYaml[] = R"(
seed: 6
world: {kind: blank, picture: [6, 5, 1], action: continuous, episode: 30}
agent: {encoder: {kind: mlp, sizes: [12, 9]}, core: {kind: memoryless}}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, decoder: {kind: deterministic,
     hidden: [5]}}
learner: {unroll: 40, batch: 1}
)";
constexpr char kSlotsYaml[] = R"(
seed: 7
world: {kind: grid, room: 4, colours: 2, heading: rotating, episode: 25}
agent:
  encoder: {kind: mlp, sizes: [10]}
  core:
    kind: lstm
    size: 9
    reads: 2
    read_input: true
    memory: {kind: slots, slots: 6, width: 7, key: 3, value_hidden: 6}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, reads: 2, decoder: {kind: latent,
     hidden: [11], latents: 3}}
probes:
  - {kind: cells, target: map}
  - {kind: real, target: pose.position}
probing: {hidden: [9], reader: query}
learner: {unroll: 40, batch: 1}
)";
constexpr char kKanervaYaml[] = R"(
seed: 8
world: {kind: blank, picture: [8, 12, 3], action: all, episode: 19}
agent:
  encoder: {kind: mlp, sizes: [10]}
  core:
    kind: gru
    size: 9
    reads: 1
    show_memory: false
    memory: {kind: kanerva, rows: 5, width: 4, value_hidden: 6}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, actions: false, observations:
     [picture], decoder: {kind: conv_draw, patch: 4, steps: 2, channels: 5,
     condition: 3, condition_hidden: 7, latents: 2}}
learner: {unroll: 40, batch: 1}
)";
constexpr char kFittedYaml[] = R"(
seed: 9
world: {kind: blank, picture: [6, 6, 3], action: all, episode: 19}
agent:
  encoder: {kind: mlp, sizes: [10]}
  core:
    kind: lstm
    size: 9
    reads: 2
    memory: {kind: kanerva, rows: 5, width: 6, address: least_squares,
             value_hidden: 0}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, observations: [picture], decoder:
     {kind: deterministic, generator: conv, patch: 3, steps: 2, channels: 5,
     condition: 3, condition_hidden: 7}}
learner: {unroll: 40, batch: 1}
)";
constexpr char kDeltaYaml[] = R"(
seed: 10
world: {kind: grid, room: 4, colours: 2, episode: 25}
agent:
  encoder: {kind: mlp, sizes: [10]}
  core:
    kind: lstm
    size: 9
    reads: 1
    memory: {kind: delta, rows: 5, width: 7, value_hidden: 6}
auxiliary:
  - {kind: simcore, overshoot: 3, size: 8, decoder: {kind: cpc}}
  - {kind: simcore, overshoot: 3, size: 8, decoder: {kind: deterministic,
     hidden: [11]}}
learner: {unroll: 40, batch: 1}
)";
constexpr Case kCases[] = {{"grid", false, kGridYaml},
                           {"grid_int8", true, kGridYaml},
                           {"picture", false, kPictureYaml},
                           {"memoryless", false, kMemorylessYaml},
                           {"slots", false, kSlotsYaml},
                           {"slots_int8", true, kSlotsYaml},
                           {"kanerva", false, kKanervaYaml},
                           {"fitted", false, kFittedYaml},
                           {"delta", false, kDeltaYaml}};

void Write(const std::string& path, const std::string& bytes) {
  ThrowUnlessOk(ReplaceFile(path, bytes));
}

// predictions [T, P] of a head as the runtime gives them.
at::Tensor Read(const std::string& kind, const ProbeHead& head,
                const at::Tensor& predictions) {
  const int64_t steps = predictions.size(0);
  if (kind == "cells" || kind == "class") {
    return at::softmax(
               predictions.view({steps, -1, head.target().categories()}), -1)
        .view({steps, -1});
  }
  if (kind == "real") return predictions;
  const int64_t elements = head.target().elements();
  return at::atan2(predictions.narrow(1, elements, elements),
                   predictions.narrow(1, 0, elements));
}

void AddProbes(Experiment& experiment, const ProbeView& records,
               TensorFile& trace) {
  const ProbeNet* const probes = experiment.learner().probes();
  if (probes == nullptr) return;
  const std::vector<at::Tensor> predictions = probes->Predict(records);
  for (size_t i = 0; i < predictions.size(); ++i) {
    const ProbeHead& head = *probes->heads()[i];
    AddTensor(trace, kProbe + head.target().name,
              Read(experiment.options().probes[i].kind, head, predictions[i]));
  }
}

TensorFile Trace(Experiment& experiment) {
  const Agent& agent = experiment.agent();
  const double clip = experiment.options().learner.reward_clip;
  const Unroll& unroll = experiment.Act();
  const int64_t steps = unroll.steps;
  const auto records = [&](const at::Tensor& x) {  // [T+1, 1, ...] to [T, ...]
    return x.narrow(0, 0, steps).squeeze(1).contiguous();
  };
  const CoreInput whole =
      MakeCoreInput(agent, unroll, unroll.kinds_list(),
                    agent.Encode(unroll.observations), clip);
  const Beliefs read = ReadBeliefs(agent, unroll, unroll.state, clip);
  const Agent::Heads heads = agent.Evaluate(read.beliefs);
  std::vector<at::Tensor> states;
  at::Tensor state = unroll.state.clone();
  for (int64_t t = 0; t < steps; ++t) {
    const auto one = [&](const at::Tensor& x) { return x.narrow(0, t, 1); };
    states.push_back((state * whole.keep[t].unsqueeze(1)).squeeze(0));
    state = agent.core()
                .Unroll({one(whole.encoded), one(whole.actions),
                         one(whole.rewards), one(whole.keep)},
                        state, 0)
                .state;
  }
  TensorFile trace;
  trace.content = kTraceContent;
  for (const ObservationSpec& spec : agent.observations()) {
    AddTensor(trace, kObservation + spec.name,
              records(unroll.observations[spec.name]));
  }
  AddTensor(trace, kKinds, records(unroll.kinds));
  AddTensor(trace, kActions, records(unroll.actions));
  AddTensor(trace, kRewards, records(unroll.rewards));
  if (unroll.masks.defined()) AddTensor(trace, kMasks, records(unroll.masks));
  AddTensor(trace, kStates, at::stack(states));
  AddTensor(trace, kBeliefs, records(read.beliefs));
  AddTensor(trace, kPolicies, records(heads.policy));
  AddTensor(trace, kValues, records(heads.values));
  AddProbes(experiment, {records(read.beliefs), records(read.memory)}, trace);
  const AuxiliaryTask* const task = ImaginingTask(experiment.learner());
  for (const char* const mode : {kImagined, kSampled}) {
    const std::optional<uint64_t> seed =
        mode == kSampled ? std::optional(kSampleSeed) : std::nullopt;
    const DecodedFrames imagined =
        Imagine(agent, *task, unroll, read, kImaginedFrom, 0, kImaginedSteps,
                seed);
    for (const auto& [name, frames] : imagined.frames) {
      AddTensor(trace, mode + name, frames.flatten(1));
    }
  }
  return trace;
}

void WriteAll(const std::string& folder) {
  torch::NoGradGuard no_grad;
  for (const Case& it : kCases) {
    Experiment experiment(it.yaml);
    const std::string path = folder + "/" + it.name;
    Write(path + kModelEnding, it.int8 ? experiment.Int8Model(/*frames=*/0)
                                       : experiment.Model(/*frames=*/0));
    Write(path + kTraceEnding, SerializeTensorFile(Trace(experiment)));
  }
}

}  // namespace
}  // namespace credo

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("expected FOLDER");
    credo::WriteAll(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_golden: %s\n", error.what());
    return 1;
  }
  return 0;
}
