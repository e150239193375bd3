#include "agents/networks/conv_encoder.h"

#include <torch/types.h>

#include <algorithm>
#include <utility>

#include "agents/networks/flat_input.h"
#include "sdk/model/encoders.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class ConvEncoderNet : public Encoder {
 public:
  ConvEncoderNet(const ConvEncoderModel& model, Parameters& parameters) {
    for (const ConvEncoderModel::Torso& torso : model.torsos) {
      Torso made{{torso.input, parameters}, {}};
      for (const ConvSpec& layer : torso.layers) {
        const Init init =
            Init::FanIn(layer.in.channels * layer.side * layer.side);
        made.layers.push_back(
            {parameters.Add(layer.name + ".weight",
                            {layer.out.channels, layer.in.channels,
                             layer.side, layer.side},
                            init),
             parameters.Add(layer.name + ".bias", {layer.out.channels}, init),
             layer.stride});
      }
      torsos_.push_back(std::move(made));
    }
    output_ = std::make_unique<Linear>(parameters, model.output);
  }

  int64_t size() const override { return output_->outputs(); }

  at::Tensor Encode(const NamedTensors& observations) const override {
    std::vector<at::Tensor> inputs;
    for (const Torso& torso : torsos_) {
      const at::Tensor read = torso.input.Read(
          observations[torso.input.observation().name]);
      inputs.push_back(torso.layers.empty() ? read : Convolve(torso, read));
    }
    return at::relu((*output_)(at::cat(inputs, -1)));
  }

  void Observe(const NamedTensors& observations, int64_t update,
               LearnerGroup& group) override {
    for (Torso& torso : torsos_) {
      torso.input.Observe(observations[torso.input.observation().name],
                          update, group);
    }
  }
  bool Observes(int64_t update) const override {
    return std::ranges::any_of(torsos_, [update](const Torso& torso) {
      return torso.input.Observes(update);
    });
  }

 private:
  struct Layer {
    Parameter* weight;
    Parameter* bias;
    int64_t stride;
  };
  struct Torso {
    FlatInput input;
    std::vector<Layer> layers;  // pictures only
  };

  static at::Tensor Convolve(const Torso& torso, const at::Tensor& read) {
    const Shape& shape = torso.input.observation().shape;
    // [R, H, W, C] as it lies is NCHW in the channels-last memory format.
    at::Tensor x = read.view({read.size(0), shape[0], shape[1], shape[2]})
                       .permute({0, 3, 1, 2})
                       .to(torso.layers.front().weight->value.scalar_type());
    for (const Layer& layer : torso.layers) {
      x = at::relu(at::conv2d(x, layer.weight->value, layer.bias->value,
                              layer.stride));
    }
    return x.flatten(1);
  }

  std::vector<Torso> torsos_;
  std::unique_ptr<Linear> output_;
};

}  // namespace

EncoderPart ConvEncoder() {
  return {ConvEncoderInfo(),
          [](const Options& options, Parameters& parameters,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            CREDO_ASSIGN_OR_RETURN(
                const ConvEncoderModel model,
                ConvEncoderModel::Make(As<ConvEncoderOptions>(options), name,
                                       observations));
            return std::unique_ptr<Encoder>(
                std::make_unique<ConvEncoderNet>(model, parameters));
          }};
}

}  // namespace credo
