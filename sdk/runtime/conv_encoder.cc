#include <algorithm>
#include <utility>

#include "sdk/base/model_limits.h"
#include "sdk/runtime/encoder.h"

namespace credo::runtime {
namespace {

// A picture between two convolutions: [H, W, C] with C padded to whole vectors,
// so that what a kernel line reads is one run of floats.
struct Plane {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;
  int64_t depth = 0;  // channels, padded; those of a camera are not

  int64_t numbers() const { return height * width * channels; }
  int64_t floats() const { return height * width * depth; }
};

// The limits of a model count what is computed here.
static_assert(PaddedChannels(1) == Padded(1));

struct Convolution {
  Linear weights;  // columns: kernel line, kernel column, channel
  int64_t kernel = 0;
  int64_t stride = 0;
  Plane in;
  Plane out;

  void operator()(const Kernels& kernels, const float* from, float* to) const {
    kernels.product(weights.matrix(),
                    {.count = out.height * out.width,
                     .x = from,
                     .row_stride = stride * in.depth,
                     .per_line = out.width,
                     .line_stride = stride * in.width * in.depth,
                     .segments = kernel,
                     .segment_length = kernel * in.depth,
                     .segment_stride = in.width * in.depth,
                     .y = to,
                     .y_stride = out.depth,
                     .relu = true});
  }
};

// An observation and, when it is a picture, the convolutions that it passes.
struct Torso {
  ObservationSpec spec;
  std::vector<Convolution> layers;

  int64_t outputs() const {
    return layers.empty() ? spec.numbers() : layers.back().out.floats();
  }
  // Without padding.
  int64_t trained_outputs() const {
    if (layers.empty()) return spec.numbers();
    return layers.back().out.numbers();
  }
};

class ConvEncoder : public Encoder {
 public:
  ConvEncoder(std::vector<Torso> torsos, Linear output)
      : torsos_(std::move(torsos)), output_(std::move(output)) {
    for (const Torso& torso : torsos_) {
      inputs_ += torso.outputs();
      if (torso.layers.empty()) continue;
      plane_ = std::max(plane_, torso.layers[0].in.floats());
      for (const Convolution& layer : torso.layers) {
        plane_ = std::max(plane_, layer.out.floats());
      }
    }
    inputs_ = Padded(inputs_);
    plane_ = Padded(plane_);
  }

  int64_t size() const override { return output_.out(); }
  int64_t scratch(int64_t rows) const override {
    return 2 * plane_ + rows * inputs_;
  }

  void Encode(const Kernels& kernels, int64_t rows,
              const std::byte* const* observed, float* scratch,
              FloatRows encoded) const override {
    const FloatRows inputs = {scratch + 2 * plane_, inputs_};
    for (int64_t row = 0; row < rows; ++row) {
      float* input = inputs[row];
      for (const Torso& torso : torsos_) {
        if (torso.layers.empty()) {
          WriteFlatInput(kernels, torso.spec, *observed, input);
        } else {
          Convolve(kernels, torso, *observed, scratch, input);
        }
        ++observed;
        input += torso.outputs();
      }
    }
    output_(kernels, rows, inputs, encoded, /*relu=*/true);
  }

 private:
  void Convolve(const Kernels& kernels, const Torso& torso,
                const std::byte* observed, float* scratch,
                float* output) const {
    float* from = scratch;
    float* to = scratch + plane_;
    WriteFlatInput(kernels, torso.spec, observed, from);
    for (size_t i = 0; i < torso.layers.size(); ++i) {
      const bool last = i + 1 == torso.layers.size();
      torso.layers[i](kernels, from, last ? output : to);
      std::swap(from, to);
    }
  }

  std::vector<Torso> torsos_;
  Linear output_;
  int64_t inputs_ = 0;  // of the output layer, padded
  int64_t plane_ = 0;   // floats of the largest plane, padded
};

Result<Torso> LoadTorso(const Source& source, const Options& options,
                        const std::string& name, const ObservationSpec& spec,
                        ConvolutionWork& work) {
  Torso torso{spec, {}};
  if (spec.kind != ObservationKind::kPicture) return torso;
  CREDO_ASSIGN_OR_RETURN(const std::vector<int64_t> channels,
                         options.Ints("channels", 1, 1024));
  CREDO_ASSIGN_OR_RETURN(const std::vector<int64_t> sides,
                         options.Ints("kernels", 1, 64));
  CREDO_ASSIGN_OR_RETURN(const std::vector<int64_t> strides,
                         options.Ints("strides", 1, 64));
  if (channels.empty() || sides.size() != channels.size() ||
      strides.size() != channels.size()) {
    return InvalidArgument(options.place() +
                           ": channels, kernels, strides: expected lists of "
                           "one length");
  }
  Plane plane = {spec.shape[0], spec.shape[1], spec.shape[2], spec.shape[2]};
  for (size_t l = 0; l < channels.size(); ++l) {
    const int64_t k = sides[l];
    if (k > plane.height || k > plane.width) {
      return InvalidArgument(options.place() + ": kernels: expected at most " +
                             std::to_string(std::min(plane.height,
                                                     plane.width)) +
                             ", found " + std::to_string(k));
    }
    const std::string layer =
        name + "." + spec.name + "." + std::to_string(l);
    const Plane out = {(plane.height - k) / strides[l] + 1,
                       (plane.width - k) / strides[l] + 1, channels[l],
                       Padded(channels[l])};
    const Status added =
        work.Add(plane.floats(), out.floats(), k * k * plane.depth);
    if (!added.ok()) return added.At("'" + layer + "'");
    CREDO_ASSIGN_OR_RETURN(
        const NamedTensor* const weight,
        source.Weights(layer + ".weight",
                       {channels[l], plane.channels, k, k}));
    CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                           source.Tensor(layer + ".bias", {channels[l]}));
    std::vector<int64_t> columns;
    for (int64_t at = 0; at < k * k; ++at) {
      for (int64_t c = 0; c < plane.depth; ++c) {
        columns.push_back(c < plane.channels ? c * k * k + at : -1);
      }
    }
    CREDO_ASSIGN_OR_RETURN(
        Linear packed,
        Linear::Pack(source, layer, bias, {{weight}}, columns));
    torso.layers.push_back({std::move(packed), k, strides[l], plane, out});
    plane = out;
  }
  return torso;
}

// For each column of the output layer the one that the trainer's weights have
// for it, or -1 for padding: the trainer flattens [C, H, W].
std::vector<int64_t> TrainedColumns(const std::vector<Torso>& torsos) {
  std::vector<int64_t> columns;
  int64_t begin = 0;
  for (const Torso& torso : torsos) {
    if (torso.layers.empty()) {
      for (int64_t i = 0; i < torso.outputs(); ++i) columns.push_back(begin++);
      continue;
    }
    const Plane& out = torso.layers.back().out;
    const int64_t cells = out.height * out.width;
    for (int64_t cell = 0; cell < cells; ++cell) {
      for (int64_t c = 0; c < out.depth; ++c) {
        columns.push_back(c < out.channels ? begin + c * cells + cell : -1);
      }
    }
    begin += cells * out.channels;
  }
  return columns;
}

}  // namespace

Result<std::unique_ptr<Encoder>> LoadConvEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations) {
  CREDO_ASSIGN_OR_RETURN(const int64_t size, options.Int("size", 1, 8192));
  std::vector<Torso> torsos;
  ConvolutionWork work;
  for (const ObservationSpec& spec : observations) {
    CREDO_ASSIGN_OR_RETURN(Torso torso,
                           LoadTorso(source, options, name, spec, work));
    torsos.push_back(std::move(torso));
  }
  int64_t trained = 0;
  for (const Torso& torso : torsos) trained += torso.trained_outputs();
  const std::string output = name + ".output";
  CREDO_ASSIGN_OR_RETURN(const NamedTensor* const weight,
                         source.Weights(output + ".weight", {size, trained}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(output + ".bias", {size}));
  // Only now, as the file holds a weight for each of them.
  const std::vector<int64_t> columns = TrainedColumns(torsos);
  CREDO_ASSIGN_OR_RETURN(
      Linear packed,
      Linear::Pack(source, output, bias, {{weight}}, columns));
  return std::unique_ptr<Encoder>(
      std::make_unique<ConvEncoder>(std::move(torsos), std::move(packed)));
}

}  // namespace credo::runtime
