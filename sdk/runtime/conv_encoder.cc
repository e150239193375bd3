#include <algorithm>
#include <utility>

#include "sdk/model/encoders.h"
#include "sdk/model/limits.h"
#include "sdk/runtime/encoder.h"
#include "sdk/runtime/flat_input.h"

namespace credo::runtime {
namespace {

// The limits of a model count what is computed here.
static_assert(PaddedChannels(1) == Padded(1));

// A layer of the model with its weights. Planes lie as [H, W, C] with C padded
// to whole vectors, so that what a kernel line reads is one run of floats; C of
// a camera is not padded.
struct Convolution {
  ConvSpec spec;
  Linear weights;    // columns: kernel line, kernel column, channel
  int64_t in_depth;  // channels, padded

  int64_t out_depth() const { return Padded(spec.out.channels); }
  int64_t inputs() const { return spec.in.height * spec.in.width * in_depth; }
  int64_t outputs() const {
    return spec.out.height * spec.out.width * out_depth();
  }

  void operator()(const Kernels& kernels, const float* from, float* to) const {
    kernels.product(weights.matrix(),
                    {.count = spec.out.height * spec.out.width,
                     .x = from,
                     .row_stride = spec.stride * in_depth,
                     .per_line = spec.out.width,
                     .line_stride = spec.stride * spec.in.width * in_depth,
                     .segments = spec.side,
                     .segment_length = spec.side * in_depth,
                     .segment_stride = spec.in.width * in_depth,
                     .y = to,
                     .y_stride = out_depth(),
                     .relu = true});
  }
};

// An observation and, when it is a picture, the convolutions that it passes.
struct Torso {
  FlatInput observation;
  std::vector<Convolution> layers;

  int64_t outputs() const {
    return layers.empty() ? observation.numbers() : layers.back().outputs();
  }
};

class ConvEncoder : public Encoder {
 public:
  ConvEncoder(std::vector<Torso> torsos, Linear output)
      : torsos_(std::move(torsos)), output_(std::move(output)) {
    for (const Torso& torso : torsos_) {
      inputs_ += torso.outputs();
      for (const Convolution& layer : torso.layers) {
        plane_ = std::max({plane_, layer.inputs(), layer.outputs()});
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
          torso.observation.Write(kernels, *observed, input);
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
    torso.observation.Write(kernels, observed, from);
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

Result<Convolution> LoadConvolution(const Source& source, const ConvSpec& spec,
                                    bool camera) {
  const int64_t side = spec.side;
  const int64_t channels = spec.in.channels;
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const weight,
      source.Weights(spec.name + ".weight",
                     {spec.out.channels, channels, side, side}));
  CREDO_ASSIGN_OR_RETURN(
      const std::span<const float> bias,
      source.Tensor(spec.name + ".bias", {spec.out.channels}));
  const int64_t depth = camera ? channels : Padded(channels);
  std::vector<int64_t> columns;
  for (int64_t at = 0; at < side * side; ++at) {
    for (int64_t c = 0; c < depth; ++c) {
      columns.push_back(c < channels ? c * side * side + at : -1);
    }
  }
  CREDO_ASSIGN_OR_RETURN(
      Linear packed,
      Linear::Pack(source, spec.name, bias, {{weight}}, columns));
  return Convolution{spec, std::move(packed), depth};
}

Result<Torso> LoadTorso(const Source& source,
                        const ConvEncoderModel::Torso& model) {
  CREDO_ASSIGN_OR_RETURN(FlatInput input,
                         FlatInput::Load(source, model.input));
  Torso torso{std::move(input), {}};
  for (const ConvSpec& layer : model.layers) {
    CREDO_ASSIGN_OR_RETURN(
        Convolution loaded,
        LoadConvolution(source, layer, /*camera=*/torso.layers.empty()));
    torso.layers.push_back(std::move(loaded));
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
    const Convolution& last = torso.layers.back();
    const Plane& out = last.spec.out;
    const int64_t cells = out.height * out.width;
    for (int64_t cell = 0; cell < cells; ++cell) {
      for (int64_t c = 0; c < last.out_depth(); ++c) {
        columns.push_back(c < out.channels ? begin + c * cells + cell : -1);
      }
    }
    begin += cells * out.channels;
  }
  return columns;
}

Result<std::unique_ptr<Encoder>> Load(const Source& source,
                                      const ConvEncoderModel& model) {
  std::vector<Torso> torsos;
  for (const ConvEncoderModel::Torso& torso : model.torsos) {
    CREDO_ASSIGN_OR_RETURN(Torso loaded, LoadTorso(source, torso));
    torsos.push_back(std::move(loaded));
  }
  const LinearSpec& output = model.output;
  CREDO_ASSIGN_OR_RETURN(
      const NamedTensor* const weight,
      source.Weights(output.name + ".weight", {output.out, output.in}));
  CREDO_ASSIGN_OR_RETURN(const std::span<const float> bias,
                         source.Tensor(output.name + ".bias", {output.out}));
  // Only now, as the file holds a weight for each of them.
  const std::vector<int64_t> columns = TrainedColumns(torsos);
  CREDO_ASSIGN_OR_RETURN(
      Linear packed,
      Linear::Pack(source, output.name, bias, {{weight}}, columns));
  return std::unique_ptr<Encoder>(
      std::make_unique<ConvEncoder>(std::move(torsos), std::move(packed)));
}

}  // namespace

EncoderPart ConvEncoderPart() {
  return {ConvEncoderInfo(),
          [](const Options& options, const Source& source,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            const Result<ConvEncoderModel> model = ConvEncoderModel::Make(
                As<ConvEncoderOptions>(options), name, observations);
            if (!model.ok()) return model.status().At("'" + name + "'");
            return Load(source, *model);
          }};
}

}  // namespace credo::runtime
