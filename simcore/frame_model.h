// The contract of a frame model: how well a simulated state explains what was
// seen, and what it shows of it.
//
// A model keeps nothing while it scores: noise comes in, and what it learns
// beside its parameters (a multiplier) moves in Learned, once per update. What
// a model is made of stands in sdk/model/frame_models.h, for the runtime too.
//
// Shape letters: F frames, S numbers of a simulated state with what it read, E
// encoding, C candidates, Z normals of a frame.
#ifndef CREDO_SIMCORE_FRAME_MODEL_H_
#define CREDO_SIMCORE_FRAME_MODEL_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/frame_shape.h"
#include "sdk/model/options.h"
#include "sdk/tensor/metrics.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// Which record of the unroll a frame is. Frames of one column with equal
// episodes are of one episode.
struct FrameId {
  int64_t column = 0;
  int64_t time = 0;     // record of the unroll
  int64_t episode = 0;  // first records of the column up to `time`
};
// i64 [F, 3], as they stand above.
at::Tensor FrameIds(const std::vector<FrameId>& ids);

// The records of the unroll, which a model may tell the true frame from.
struct Candidates {
  NamedTensors observations;  // u8 or f32 [C, ...]
  at::Tensor encodings;       // [C, E]
  at::Tensor ids;             // FrameIds, [C, 3]
};

// The true frames that simulated states are scored against.
struct FrameTargets {
  NamedTensors observations;  // u8 or f32 [F, ...]
  at::Tensor encodings;       // [F, E]
  at::Tensor weights;         // [F], of each frame in the loss; sums to about 1
  at::Tensor ids;             // FrameIds, [F, 3]
  // Row of each frame among the candidates, [F] whole numbers.
  at::Tensor places;
  Candidates candidates;
};

// A number of each frame that goes into the log, without gradient.
struct FrameNumber {
  std::string name;  // "kl"
  at::Tensor value;  // [F]
};

struct FrameLoss {
  at::Tensor loss;  // [F], what is to be lowered, weighted by the targets'
  // [F] without gradient: how badly the frame was explained, on a scale that
  // does not move while the model learns. Nats where it is a likelihood.
  at::Tensor nats;
  std::vector<FrameNumber> numbers;
  // What Learned needs, a scalar without gradient; undefined without.
  at::Tensor constraint;
};

// Frames as they are shown. Pictures f32 [F, H, W, C] in [0, 1], tiles f32 [F,
// ..., categories] probabilities, vectors f32 [F, ...].
struct DecodedFrames {
  NamedTensors frames;      // expected, given the latents
  NamedTensors deviations;  // of the observation around them, of equal shapes
};

class FrameModel {
 public:
  virtual ~FrameModel() = default;

  // Z: standard normals of one frame that Loss and a sample take. 0: none.
  virtual int64_t noise() const { return 0; }
  // Whether Loss and Learned may be part of a graph that is recorded once and
  // repeated: they read nothing of the device and keep what lasts in tensors of
  // before (docs/architecture.md, "An update as a graph").
  virtual bool repeats() const { return false; }
  // Whether the loss of a frame depends on the other frames or on candidates.
  virtual bool couples_frames() const { return false; }

  // Whether Loss tells a constraint, which shares of a batch then add up.
  virtual bool has_constraint() const { return false; }

  // states [F, S]; `noise` [F, Z], undefined when Z is 0.
  virtual FrameLoss Loss(const at::Tensor& states, const FrameTargets& targets,
                         const at::Tensor& noise) const = 0;

  // Once after each update, with its loss: all that moves beside parameters
  // moves here. Where the batch was shared the constraint is that of the whole,
  // and all else that of this share, undefined where it had no frames. NaN says
  // that no step was taken; a model without a constraint hears 0 otherwise.
  virtual void Learned(const FrameLoss&) {}
  // What Learned moves, for the log, as it is now: "multiplier".
  virtual MetricTensors Progress() const { return {}; }

  // Whether Decode can be called.
  virtual bool Decodes() const = 0;
  // What is seen there. `noise` [F, Z] draws the latents; undefined: they are
  // at the means of their priors.
  virtual DecodedFrames Decode(const at::Tensor& states,
                               const at::Tensor& noise) const = 0;

  // State beside the parameters. By default there is none.
  virtual void Save(const std::string& prefix, TensorFile& file) const;
  virtual Status Load(const std::string& prefix, const TensorFile& file);
};

struct FrameModelPart {
  PartInfo info;
  // Declares the model's parameters below `place.name`. Fails when the options
  // do not fit the observations; the message opens with the key at fault, below
  // the loss: "decoder: patch: expected ...".
  std::function<Result<std::unique_ptr<FrameModel>>(
      const Options&, Parameters&, const FramePlace& place)>
      make;
};

// mean_frame, deterministic, latent, conv_draw, cpc. A host adds its own to its
// copy.
std::vector<FrameModelPart> FrameModels();

}  // namespace credo

#endif  // CREDO_SIMCORE_FRAME_MODEL_H_
