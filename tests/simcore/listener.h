// A frame model that a test listens through: it keeps what it was asked to
// score.
#ifndef CREDO_TESTS_SIMCORE_LISTENER_H_
#define CREDO_TESTS_SIMCORE_LISTENER_H_

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include "simcore/frame_model.h"

namespace credo {

// One entry per call of Loss.
struct Heard {
  std::vector<at::Tensor> states;  // [F, S]
  std::vector<at::Tensor> frames;  // [F, ...], of the observation "x"
};

// Its loss is the distance between the first number of the state and the first
// of the frame "x".
class Listener : public FrameModel {
 public:
  explicit Listener(Heard* heard) : heard_(heard) {}
  FrameLoss Loss(const at::Tensor& states,
                 const FrameTargets& targets) const override {
    const at::Tensor frames = targets.observations["x"];
    heard_->states.push_back(states.detach().clone());
    heard_->frames.push_back(frames.detach().clone());
    return {(states.select(1, 0) - frames.select(1, 0)).abs(), {}};
  }
  bool Decodes() const override { return false; }
  NamedTensors Decode(const at::Tensor&) const override { return {}; }

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
          [heard](const Options&, Parameters&, const std::string&, int64_t,
                  const std::vector<ObservationSpec>&)
              -> std::unique_ptr<FrameModel> {
            return std::make_unique<Listener>(heard);
          }};
}

}  // namespace credo

#endif  // CREDO_TESTS_SIMCORE_LISTENER_H_
