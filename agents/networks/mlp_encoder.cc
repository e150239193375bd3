#include "agents/networks/mlp_encoder.h"

#include <torch/types.h>

#include "agents/networks/encoder_inputs.h"
#include "sdk/model/encoders.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class MlpEncoderNet : public Encoder {
 public:
  MlpEncoderNet(const MlpSpec& model, Parameters& parameters,
                const std::vector<ObservationSpec>& observations)
      : observations_(observations), mlp_(parameters, model) {}

  int64_t size() const override { return mlp_.outputs(); }

  at::Tensor Encode(const NamedTensors& observations) const override {
    std::vector<at::Tensor> inputs;
    for (const ObservationSpec& spec : observations_) {
      inputs.push_back(FlatInput(spec, observations[spec.name]));
    }
    return at::relu(
        mlp_(inputs.size() == 1 ? inputs[0] : at::cat(inputs, -1)));
  }

 private:
  std::vector<ObservationSpec> observations_;
  Mlp mlp_;
};

}  // namespace

EncoderPart MlpEncoder() {
  return {MlpEncoderInfo(),
          [](const Options& options, Parameters& parameters,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            return std::unique_ptr<Encoder>(std::make_unique<MlpEncoderNet>(
                MlpEncoderModel(As<MlpEncoderOptions>(options), name,
                                observations),
                parameters, observations));
          }};
}

}  // namespace credo
