// The contract of a frame model: from a simulated state to what is seen there.
//
// Shape letters: F frames, S numbers of a simulated state with what it read.
#ifndef CREDO_SIMCORE_FRAME_MODEL_H_
#define CREDO_SIMCORE_FRAME_MODEL_H_

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/tensor_file.h"
#include "sdk/config/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// The true frames that simulated states are scored against.
struct FrameTargets {
  NamedTensors observations;  // u8 or f32 [F, ...]
  at::Tensor encodings;       // [F, E], for models that score without decoding
};

struct FrameLoss {
  at::Tensor nats;                // [F], of each frame, summed over its numbers
  std::vector<NamedLoss> losses;  // further terms, such as a constraint's
};

class FrameModel {
 public:
  virtual ~FrameModel() = default;

  // states [F, S].
  virtual FrameLoss Loss(const at::Tensor& states,
                         const FrameTargets& targets) const = 0;

  // Whether Decode can be called.
  virtual bool Decodes() const = 0;
  // The expected frames: pictures f32 [F, H, W, C] in [0, 1], tiles f32
  // [F, ..., categories] probabilities, vectors f32 [F, ...].
  virtual NamedTensors Decode(const at::Tensor& states) const = 0;

  // State beside the parameters. By default there is none.
  virtual void Save(const std::string& prefix, TensorFile& file) const;
  virtual Status Load(const std::string& prefix, const TensorFile& file);
};

struct FrameModelPart {
  PartInfo info;
  // Declares the model's parameters below `name`, for states of `inputs`
  // numbers and frames that hold `observations`.
  std::function<std::unique_ptr<FrameModel>(
      const Options&, Parameters&, const std::string& name, int64_t inputs,
      const std::vector<ObservationSpec>& observations)>
      make;
};

// mean_frame, deterministic. A host adds its own to its copy.
std::vector<FrameModelPart> FrameModels();

}  // namespace credo

#endif  // CREDO_SIMCORE_FRAME_MODEL_H_
