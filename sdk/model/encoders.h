// The encoders: from the observations of a record to a vector.
//
//   mlp   all observations side by side (tiles as one-hot vectors) into linear
//         layers, a ReLU after each
//   conv  each picture through convolutions with ReLU, flattened [C, H, W];
//         then all of it through one linear layer with ReLU
#ifndef CREDO_SDK_MODEL_ENCODERS_H_
#define CREDO_SDK_MODEL_ENCODERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/model/network_input.h"
#include "sdk/model/options.h"

namespace credo {

struct MlpEncoderOptions : Options {
  std::vector<int64_t> sizes = {64};
  int64_t standardise = 0;  // see InputSpec
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;
};

MlpSpec MlpEncoderModel(const MlpEncoderOptions& options,
                        const std::string& name,
                        const std::vector<ObservationSpec>& observations);

struct ConvEncoderOptions : Options {
  std::vector<int64_t> channels = {16, 32};
  std::vector<int64_t> kernels = {4, 3};
  std::vector<int64_t> strides = {2, 2};
  int64_t size = 128;
  int64_t standardise = 0;  // see InputSpec
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;
};

// A picture between two convolutions.
struct Plane {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;
  int64_t numbers() const { return height * width * channels; }
};

// "NAME.weight" [out, in, side, side] and "NAME.bias" [out].
struct ConvSpec {
  std::string name;
  int64_t side = 0;
  int64_t stride = 0;
  Plane in;
  Plane out;
};

struct ConvEncoderModel {
  struct Torso {
    InputSpec input;
    std::vector<ConvSpec> layers;  // of pictures alone
    int64_t outputs() const {
      return layers.empty() ? input.observation.numbers()
                            : layers.back().out.numbers();
    }
  };
  // Fails when a kernel does not fit a picture, or for what sdk/model/limits.h
  // says of convolutions.
  static Result<ConvEncoderModel> Make(
      const ConvEncoderOptions& options, const std::string& name,
      const std::vector<ObservationSpec>& observations);

  std::vector<Torso> torsos;  // one per observation
  LinearSpec output;
};

PartInfo MlpEncoderInfo();
PartInfo ConvEncoderInfo();

// Each observation as the first layer of encoder `name` reads it.
std::vector<InputSpec> EncoderInputs(
    int64_t standardise, const std::string& name,
    const std::vector<ObservationSpec>& observations);

// All numbers of these observations as networks see them.
int64_t NumbersOf(const std::vector<ObservationSpec>& observations);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_ENCODERS_H_
