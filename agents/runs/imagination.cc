#include "agents/runs/imagination.h"

#include <torch/types.h>

#include <span>
#include <utility>

#include "agents/networks/policy.h"
#include "sdk/base/random.h"
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

DecodedFrames Imagine(const Agent& agent, const AuxiliaryTask& task,
                      const Unroll& unroll, const Beliefs& beliefs, int64_t t,
                      int64_t b, int64_t steps,
                      std::optional<uint64_t> seed) {
  torch::NoGradGuard no_grad;
  at::Tensor actions =
      EncodeActions(agent.distribution(), unroll.actions, unroll.kinds_list())
          .narrow(0, t, steps + 1)
          .narrow(1, b, 1)
          .clone();  // [steps + 1, 1, A]
  // The frame of the start itself is explained without an action.
  actions[0].zero_();
  const at::Tensor states = task.simulator()->Simulate(
      beliefs.beliefs[t].narrow(0, b, 1), beliefs.memory[t].narrow(0, b, 1),
      actions);
  const int64_t numbers = task.frame_model()->noise();
  at::Tensor noise;
  if (seed && numbers > 0) {
    noise = torch::empty({steps + 1, numbers});
    const RandomStream stream(*seed, "imagine");
    for (int64_t k = 0; k <= steps; ++k) {
      FillNormals(stream.At(0, static_cast<uint64_t>(k)),
                  std::span(noise[k].data_ptr<float>(),
                            static_cast<size_t>(numbers)));
    }
  }
  return task.frame_model()->Decode(states.flatten(0, 1), noise);
}

ImaginedFrames ImagineSamples(const Agent& agent, const AuxiliaryTask& task,
                              const Unroll& unroll, const Beliefs& beliefs,
                              int64_t t, int64_t b, int64_t steps,
                              uint64_t seed, int64_t samples) {
  const torch::NoGradGuard no_grad;
  const bool draws = task.frame_model()->noise() > 0;
  std::vector<DecodedFrames> drawn;
  for (int64_t i = 0; i < (draws ? samples : 1); ++i) {
    drawn.push_back(Imagine(agent, task, unroll, beliefs, t, b, steps,
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
