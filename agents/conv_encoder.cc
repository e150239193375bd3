#include "agents/conv_encoder.h"

#include <torch/torch.h>

#include "agents/encoder_inputs.h"
#include "sdk/base/model_limits.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

struct ConvEncoderOptions : Options {
  std::vector<int64_t> channels = {16, 32};
  std::vector<int64_t> kernels = {4, 3};
  std::vector<int64_t> strides = {2, 2};
  int64_t size = 128;

  void Visit(FieldVisitor& v) override {
    v.Ints("channels", channels, {1, 1024}, "channels of each convolution");
    v.Ints("kernels", kernels, {1, 64}, "side of each convolution's kernel");
    v.Ints("strides", strides, {1, 64}, "stride of each convolution");
    v.Int("size", size, {1, 8192}, "size of the encoding");
  }

  std::optional<OptionProblem> Check() const override {
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
};

class ConvEncoderNet : public Encoder {
 public:
  ConvEncoderNet(const ConvEncoderOptions& options, Parameters& parameters,
                 const std::string& name,
                 const std::vector<ObservationSpec>& observations)
      : strides_(options.strides) {
    int64_t inputs = 0;
    for (const ObservationSpec& spec : observations) {
      Torso torso{spec, {}};
      if (spec.kind == ObservationKind::kPicture) {
        inputs += AddConvolutions(options, parameters, name, torso);
      } else {
        inputs += spec.numbers();
      }
      torsos_.push_back(std::move(torso));
    }
    output_ = std::make_unique<Linear>(parameters, name + ".output", inputs,
                                       options.size);
  }

  int64_t size() const override { return output_->outputs(); }

  at::Tensor Encode(const NamedTensors& observations) const override {
    std::vector<at::Tensor> inputs;
    for (const Torso& torso : torsos_) {
      const at::Tensor& observed = observations[torso.spec.name];
      inputs.push_back(torso.spec.kind == ObservationKind::kPicture
                           ? Convolve(torso, observed)
                           : FlatInput(torso.spec, observed));
    }
    return at::relu((*output_)(at::cat(inputs, -1)));
  }

  // The side that a convolution leaves of `side`; below 1 when it does not fit.
  static int64_t SideAfter(int64_t side, int64_t kernel, int64_t stride) {
    return side < kernel ? 0 : (side - kernel) / stride + 1;
  }

 private:
  struct Layer {
    Parameter* weight;
    Parameter* bias;
  };
  struct Torso {
    ObservationSpec spec;
    std::vector<Layer> layers;  // pictures only
  };

  int64_t AddConvolutions(const ConvEncoderOptions& options,
                          Parameters& parameters, const std::string& name,
                          Torso& torso) {
    int64_t height = torso.spec.shape[0];
    int64_t width = torso.spec.shape[1];
    int64_t depth = torso.spec.shape[2];
    for (size_t i = 0; i < options.channels.size(); ++i) {
      const std::string layer =
          name + "." + torso.spec.name + "." + std::to_string(i);
      const int64_t kernel = options.kernels[i];
      const Init init = Init::FanIn(depth * kernel * kernel);
      torso.layers.push_back(
          {parameters.Add(layer + ".weight",
                          {options.channels[i], depth, kernel, kernel}, init),
           parameters.Add(layer + ".bias", {options.channels[i]}, init)});
      height = SideAfter(height, kernel, options.strides[i]);
      width = SideAfter(width, kernel, options.strides[i]);
      depth = options.channels[i];
    }
    return height * width * depth;
  }

  at::Tensor Convolve(const Torso& torso, const at::Tensor& observed) const {
    // [R, H, W, C] as it lies is NCHW in the channels-last memory format.
    at::Tensor x =
        (observed.to(at::kFloat) / 255.0).permute({0, 3, 1, 2});
    for (size_t i = 0; i < torso.layers.size(); ++i) {
      x = at::relu(at::conv2d(x, torso.layers[i].weight->value,
                              torso.layers[i].bias->value,
                              strides_[i]));
    }
    return x.flatten(1);
  }

  std::vector<int64_t> strides_;
  std::vector<Torso> torsos_;
  std::unique_ptr<Linear> output_;
};

Status CheckFits(const ConvEncoderOptions& options,
                 const ObservationSpec& spec, ConvolutionWork& work) {
  int64_t height = spec.shape[0];
  int64_t width = spec.shape[1];
  int64_t depth = spec.shape[2];
  for (size_t i = 0; i < options.channels.size(); ++i) {
    const int64_t side = std::min(height, width);
    if (options.kernels[i] > side) {
      return InvalidArgument(
          "kernels: expected kernel " + std::to_string(i) +
          " to be at most the " + std::to_string(side) +
          " pixels that picture '" + spec.name + "' has left there, found " +
          std::to_string(options.kernels[i]));
    }
    const int64_t before = height * width * depth;
    const int64_t terms = options.kernels[i] * options.kernels[i] * depth;
    height = ConvEncoderNet::SideAfter(height, options.kernels[i],
                                       options.strides[i]);
    width = ConvEncoderNet::SideAfter(width, options.kernels[i],
                                      options.strides[i]);
    depth = PaddedChannels(options.channels[i]);
    const Status added = work.Add(before, height * width * depth, terms);
    if (!added.ok()) return added.At("kernels: picture '" + spec.name + "'");
  }
  return OkStatus();
}

}  // namespace

EncoderPart ConvEncoder() {
  return {
      {"conv", "pictures through convolutions, then one linear layer",
       [] { return std::make_unique<ConvEncoderOptions>(); }},
      [](const Options& any, Parameters& parameters, const std::string& name,
         const std::vector<ObservationSpec>& observations)
          -> Result<std::unique_ptr<Encoder>> {
        const auto& options = dynamic_cast<const ConvEncoderOptions&>(any);
        ConvolutionWork work;
        for (const ObservationSpec& spec : observations) {
          if (spec.kind != ObservationKind::kPicture) continue;
          CREDO_RETURN_IF_ERROR(CheckFits(options, spec, work));
        }
        return std::unique_ptr<Encoder>(std::make_unique<ConvEncoderNet>(
            options, parameters, name, observations));
      }};
}

}  // namespace credo
