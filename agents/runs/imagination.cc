#include "agents/runs/imagination.h"

#include <torch/types.h>

#include <span>
#include <utility>

#include "agents/networks/policy.h"
#include "sdk/base/random.h"
#include "sdk/model/simulator.h"
#include "simcore/simulator.h"

namespace credo {

const AuxiliaryTask* ImaginingTask(const Learner& learner) {
  for (const auto& task : learner.tasks()) {
    if (task->simulator() != nullptr && task->frame_model() != nullptr &&
        task->frame_model()->Decodes()) {
      return task.get();
    }
  }
  return nullptr;
}

at::Tensor AsShown(const ObservationSpec& spec, const at::Tensor& observed) {
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return observed.to(at::kFloat) / 255.0;
    case ObservationKind::kTiles:
      return at::one_hot(observed.to(at::kLong), spec.categories())
          .to(at::kFloat);
    case ObservationKind::kVector:
      return observed;
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

namespace {

// What the frames 0 .. steps are decoded from, [steps + 1, S].
at::Tensor StatesAhead(const Agent& agent, const AuxiliaryTask& task,
                       const Unroll& unroll, const Beliefs& beliefs, int64_t t,
                       int64_t b, int64_t steps) {
  at::Tensor actions =
      EncodeActions(agent.distribution(), unroll.actions, unroll.kinds_list())
          .narrow(0, t, steps + 1)
          .narrow(1, b, 1)
          .clone();  // [steps + 1, 1, A]
  // The frame of the start itself is explained without an action.
  actions[0].zero_();
  return task.simulator()
      ->Simulate(beliefs.beliefs[t].narrow(0, b, 1),
                 beliefs.memory[t].narrow(0, b, 1), actions)
      .flatten(0, 1);
}

DecodedFrames Decode(const FrameModel& model, const at::Tensor& states,
                     std::optional<uint64_t> seed) {
  const int64_t numbers = model.noise();
  if (!seed || numbers == 0) return model.Decode(states, {});
  const int64_t frames = states.size(0);
  const at::Tensor noise = torch::empty({frames, numbers});
  for (int64_t k = 0; k < frames; ++k) {
    FillNormals(ImaginedDraws(*seed, k),
                std::span(noise[k].data_ptr<float>(),
                          static_cast<size_t>(numbers)));
  }
  return model.Decode(states, noise);
}

}  // namespace

DecodedFrames Imagine(const Agent& agent, const AuxiliaryTask& task,
                      const Unroll& unroll, const Beliefs& beliefs, int64_t t,
                      int64_t b, int64_t steps,
                      std::optional<uint64_t> seed) {
  const torch::NoGradGuard no_grad;
  return Decode(*task.frame_model(),
                StatesAhead(agent, task, unroll, beliefs, t, b, steps), seed);
}

ImaginedFrames ImagineSamples(const Agent& agent, const AuxiliaryTask& task,
                              const Unroll& unroll, const Beliefs& beliefs,
                              int64_t t, int64_t b, int64_t steps,
                              uint64_t seed, int64_t samples) {
  const torch::NoGradGuard no_grad;
  const bool draws = task.frame_model()->noise() > 0;
  const at::Tensor states =
      StatesAhead(agent, task, unroll, beliefs, t, b, steps);
  std::vector<DecodedFrames> drawn;
  for (int64_t i = 0; i < (draws ? samples : 1); ++i) {
    drawn.push_back(Decode(*task.frame_model(), states,
                           seed + static_cast<uint64_t>(i)));
  }
  ImaginedFrames imagined;
  for (const auto& [name, first] : drawn.front().frames) {
    std::vector<at::Tensor> frames;
    std::vector<at::Tensor> variances;
    for (const DecodedFrames& one : drawn) {
      frames.push_back(one.frames[name]);
      variances.push_back(one.deviations[name].square());
    }
    const at::Tensor all = at::stack(frames);
    imagined.mean.Add(name, all.mean(0));
    imagined.deviation.Add(
        name, (all.var(0, /*unbiased=*/false) + at::stack(variances).mean(0))
                  .sqrt());
  }
  for (DecodedFrames& one : drawn) {
    imagined.samples.push_back(std::move(one.frames));
  }
  return imagined;
}

}  // namespace credo
