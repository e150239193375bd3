// The frame models: from a simulated state to what is seen there. What they are
// made of; simcore/ scores and trains them, the runtime decodes them.
#ifndef CREDO_SDK_MODEL_FRAME_MODELS_H_
#define CREDO_SDK_MODEL_FRAME_MODELS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/conv_generator.h"
#include "sdk/model/frame_shape.h"
#include "sdk/model/geco.h"
#include "sdk/model/layers.h"
#include "sdk/model/options.h"

namespace credo {

// The standard deviation of what is seen around what a frame model predicts:
// of an intensity in [0, 1], and of a vector's entry in its own units. A tile
// has that of its probabilities.
struct FrameScales {
  double picture = 0.1;
  double vector = 0.1;
};

// mean_frame: the same frame everywhere, "NAME.OBSERVATION" [numbers].
struct MeanFrameOptions : Options {
  FrameScales sigma;
  void Visit(FieldVisitor& v) override;
};
std::vector<TensorSpec> MeanFrameModel(const FramePlace& place);

// deterministic: an MLP from the state to every number of the frame, or for a
// picture the generator of conv_draw without latents.
struct DeterministicOptions : Options {
  std::vector<int64_t> hidden = {128};
  FrameScales sigma;
  std::string generator = "mlp";
  ConvGeneratorOptions conv;
  void Visit(FieldVisitor& v) override;
};
struct DeterministicModel {
  static Result<DeterministicModel> Make(const DeterministicOptions& options,
                                         const FramePlace& place);
  MlpSpec mlp;  // without layers when it is the other
  std::optional<ConvGeneratorModel> conv;
};

// conv_draw: a conditional ConvDRAW for one picture. Its latents have a prior
// that sees the condition, and a posterior that sees the picture as well.
struct ConvDrawOptions : Options {
  ConvGeneratorOptions generator;
  int64_t latents = 4;
  double tolerance = 0.055;
  GecoOptions geco;
  FrameScales scales() const { return {.picture = tolerance}; }
  void Visit(FieldVisitor& v) override;
};
struct ConvDrawModel {
  static Result<ConvDrawModel> Make(const ConvDrawOptions& options,
                                    const FramePlace& place);
  // Standard normals of one frame: [steps, height, width, latents].
  int64_t noise() const {
    return generator.steps * generator.cells() * generator.latents;
  }

  ConvGeneratorModel generator;
  Conv3Spec prior_hidden;     // of h: means, log deviations
  Conv3Spec prior_condition;  // of c, added
  // The posterior's side, for learning alone.
  LinearSpec picture;          // of each patch
  LinearSpec difference;       // of each patch, less what is drawn so far
  Conv3Spec posterior_gates_condition;  // of [picture, c]
  Conv3Spec posterior_gates;   // of [difference, h of the generator, own h]
  Conv3Spec posterior;         // means, log deviations
};

// latent: the same idea without a grid, for observations of any kind: a prior
// from the state, a posterior from state and frame, one step.
struct LatentOptions : Options {
  std::vector<int64_t> hidden = {128};
  int64_t latents = 8;
  double picture_tolerance = 0.055;
  double tile_tolerance = 0.1;
  double vector_tolerance = 0.1;
  GecoOptions geco;
  FrameScales scales() const { return {picture_tolerance, vector_tolerance}; }
  void Visit(FieldVisitor& v) override;
};
struct LatentModel {
  LatentModel(const LatentOptions& options, const FramePlace& place);

  int64_t latents = 0;
  MlpSpec prior;      // of s: means, log deviations
  MlpSpec posterior;  // of [s, frame], for learning alone
  MlpSpec decoder;    // of [s, z]: every number of the frame
};

// The bounds of a latent's log deviation.
inline constexpr double kLeastLogDeviation = -5;
inline constexpr double kMostLogDeviation = 2;

// cpc: tells the true frame from others. For learning alone: it draws nothing.
struct CpcOptions : Options {
  std::vector<int64_t> hidden = {256};
  int64_t size = 64;
  std::string target = "observation";
  double temperature = 1.0;
  double duplicate = 0.005;
  int64_t neighbours = 0;
  void Visit(FieldVisitor& v) override;
};
struct CpcModel {
  CpcModel(const CpcOptions& options, const FramePlace& place);
  MlpSpec state;      // to `size` numbers
  LinearSpec target;  // of the encoding or the frame, to as many
};

PartInfo MeanFrameInfo();
PartInfo DeterministicInfo();
PartInfo ConvDrawInfo();
PartInfo LatentInfo();
PartInfo CpcInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_FRAME_MODELS_H_
