#include "sdk/model/encoders.h"

#include <algorithm>
#include <utility>

#include "sdk/model/limits.h"

namespace credo {
namespace {

Result<ConvSpec> MakeConvolution(const ConvEncoderOptions& options, size_t i,
                                 const std::string& torso,
                                 const ObservationSpec& picture,
                                 const Plane& in, ConvolutionWork& work) {
  const int64_t side = std::min(in.height, in.width);
  if (options.kernels[i] > side) {
    return InvalidArgument("kernels: expected kernel " + std::to_string(i) +
                           " to be at most the " + std::to_string(side) +
                           " pixels that picture '" + picture.name +
                           "' has left there, found " +
                           std::to_string(options.kernels[i]));
  }
  ConvSpec layer{torso + "." + std::to_string(i), options.kernels[i],
                 options.strides[i], in, {}};
  layer.out = {(in.height - layer.side) / layer.stride + 1,
               (in.width - layer.side) / layer.stride + 1,
               options.channels[i]};
  // Channels as they are computed: those of a camera are not padded.
  const auto depth = [&](const Plane& plane, bool camera) {
    return camera ? plane.channels : PaddedChannels(plane.channels);
  };
  const int64_t in_depth = depth(in, i == 0);
  const int64_t out_depth = depth(layer.out, false);
  const Status added = work.Add(in.height * in.width * in_depth,
                                layer.out.height * layer.out.width * out_depth,
                                layer.side * layer.side * in_depth);
  if (!added.ok()) {
    return added.At("kernels: picture '" + picture.name + "'");
  }
  return layer;
}

}  // namespace

int64_t NumbersOf(const std::vector<ObservationSpec>& observations) {
  int64_t numbers = 0;
  for (const ObservationSpec& spec : observations) numbers += spec.numbers();
  return numbers;
}

std::vector<InputSpec> EncoderInputs(
    int64_t standardise, const std::string& name,
    const std::vector<ObservationSpec>& observations) {
  std::vector<InputSpec> inputs;
  for (const ObservationSpec& spec : observations) {
    inputs.emplace_back(name + "." + spec.name, spec, standardise);
  }
  return inputs;
}

void MlpEncoderOptions::Visit(FieldVisitor& v) {
  v.Ints("sizes", sizes, {1, 8192},
         "units of each layer; the last is the size of the encoding");
  VisitStandardise(v, standardise);
}

std::optional<OptionProblem> MlpEncoderOptions::Check() const {
  if (!sizes.empty()) return std::nullopt;
  return OptionProblem{"sizes", "expected at least one layer, found []"};
}

MlpSpec MlpEncoderModel(const MlpEncoderOptions& options,
                        const std::string& name,
                        const std::vector<ObservationSpec>& observations) {
  return {name, NumbersOf(observations), options.sizes};
}

void ConvEncoderOptions::Visit(FieldVisitor& v) {
  v.Ints("channels", channels, {1, 1024}, "channels of each convolution");
  v.Ints("kernels", kernels, {1, 64}, "side of each convolution's kernel");
  v.Ints("strides", strides, {1, 64}, "stride of each convolution");
  v.Int("size", size, {1, 8192}, "size of the encoding");
  VisitStandardise(v, standardise);
}

std::optional<OptionProblem> ConvEncoderOptions::Check() const {
  for (const auto& [key, list] :
       {std::pair{"kernels", &kernels}, std::pair{"strides", &strides}}) {
    if (list->size() != channels.size()) {
      return OptionProblem{
          key, "expected one per entry of channels (" +
                   std::to_string(channels.size()) + "), found " +
                   std::to_string(list->size())};
    }
  }
  return std::nullopt;
}

Result<ConvEncoderModel> ConvEncoderModel::Make(
    const ConvEncoderOptions& options, const std::string& name,
    const std::vector<ObservationSpec>& observations) {
  ConvEncoderModel model;
  ConvolutionWork work;
  int64_t inputs = 0;
  for (InputSpec& input :
       EncoderInputs(options.standardise, name, observations)) {
    const ObservationSpec spec = input.observation;
    Torso torso{std::move(input), {}};
    if (spec.kind == ObservationKind::kPicture) {
      Plane plane{spec.shape[0], spec.shape[1], spec.shape[2]};
      for (size_t i = 0; i < options.channels.size(); ++i) {
        CREDO_ASSIGN_OR_RETURN(
            ConvSpec layer,
            MakeConvolution(options, i, name + "." + spec.name, spec, plane,
                            work));
        plane = layer.out;
        torso.layers.push_back(std::move(layer));
      }
    }
    inputs += torso.outputs();
    model.torsos.push_back(std::move(torso));
  }
  model.output = {name + ".output", inputs, options.size};
  return model;
}

PartInfo MlpEncoderInfo() {
  return InfoOf<MlpEncoderOptions>(
      "mlp", "all observations into linear layers with ReLU");
}

PartInfo ConvEncoderInfo() {
  return InfoOf<ConvEncoderOptions>(
      "conv", "pictures through convolutions, then one linear layer");
}

}  // namespace credo
