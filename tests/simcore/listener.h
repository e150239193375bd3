// A frame model that a test listens through: it keeps what it was asked to
// score.
#ifndef CREDO_TESTS_SIMCORE_LISTENER_H_
#define CREDO_TESTS_SIMCORE_LISTENER_H_

#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

#include "simcore/frame_model.h"

namespace credo {

// One entry per call of Loss, but `learned`.
struct Heard {
  std::vector<at::Tensor> states;  // [F, S]
  std::vector<at::Tensor> frames;  // [F, ...], of the observation "x"
  std::vector<FrameTargets> targets;
  std::vector<at::Tensor> noise;  // [F, Z]
  // One entry per call of Learned: the losses [F] that it was told.
  std::vector<at::Tensor> learned;
};

// Its loss is the distance between the first number of the state and the first
// of the frame "x". It asks for two normals of each frame and leaves them be.
class Listener : public FrameModel {
 public:
  explicit Listener(Heard* heard) : heard_(heard) {}
  int64_t noise() const override { return 2; }
  FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                 const at::Tensor& noise) const override {
    const at::Tensor frames = targets.observations["x"];
    heard_->states.push_back(states.detach().clone());
    heard_->frames.push_back(frames.detach().clone());
    heard_->targets.push_back(targets);
    heard_->noise.push_back(noise.clone());
    const at::Tensor loss =
        (states.select(1, 0) - frames.select(1, 0)).abs();
    return {loss, loss.detach(), {}, {}};
  }
  void Learned(const FrameLoss& loss) override {
    heard_->learned.push_back(loss.loss.detach().clone());
  }
  bool Decodes() const override { return false; }
  DecodedFrames Decode(const at::Tensor&, const at::Tensor&) const override {
    return {};
  }

 private:
  Heard* heard_;
};

struct NoOptions : Options {
  void Visit(FieldVisitor&) override {}
};

// The listener under the name of the task's default frame model. `heard`
// outlives the model.
inline FrameModelPart ListenerPart(Heard* heard) {
  return {{"deterministic", "listens",
           [] { return std::make_unique<NoOptions>(); }},
          [heard](const Options&, Parameters&, const FramePlace&)
              -> Result<std::unique_ptr<FrameModel>> {
            return std::unique_ptr<FrameModel>(
                std::make_unique<Listener>(heard));
          }};
}

}  // namespace credo

#endif  // CREDO_TESTS_SIMCORE_LISTENER_H_
