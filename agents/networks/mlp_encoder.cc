#include "agents/networks/mlp_encoder.h"

#include <torch/types.h>

#include <algorithm>

#include "agents/networks/flat_input.h"
#include "sdk/model/encoders.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class MlpEncoderNet : public Encoder {
 public:
  MlpEncoderNet(const MlpSpec& model, const std::vector<InputSpec>& inputs,
                Parameters& parameters)
      : inputs_(MakeFlatInputs(inputs, parameters)), mlp_(parameters, model) {}

  int64_t size() const override { return mlp_.outputs(); }

  at::Tensor Encode(const NamedTensors& observations) const override {
    std::vector<at::Tensor> read;
    for (const FlatInput& input : inputs_) {
      read.push_back(input.Read(observations[input.observation().name]));
    }
    return at::relu(mlp_(read.size() == 1 ? read[0] : at::cat(read, -1)));
  }

  void Observe(const NamedTensors& observations, int64_t update,
               LearnerGroup& group) override {
    for (FlatInput& input : inputs_) {
      input.Observe(observations[input.observation().name], update, group);
    }
  }
  bool Observes(int64_t update) const override {
    return std::ranges::any_of(inputs_, [update](const FlatInput& input) {
      return input.Observes(update);
    });
  }

 private:
  std::vector<FlatInput> inputs_;
  Mlp mlp_;
};

}  // namespace

EncoderPart MlpEncoder() {
  return {MlpEncoderInfo(),
          [](const Options& options, Parameters& parameters,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            const auto& mlp = As<MlpEncoderOptions>(options);
            return std::unique_ptr<Encoder>(std::make_unique<MlpEncoderNet>(
                MlpEncoderModel(mlp, name, observations),
                EncoderInputs(mlp.standardise, name, observations),
                parameters));
          }};
}

}  // namespace credo
