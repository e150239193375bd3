#include "agents/mlp_encoder.h"

#include <torch/torch.h>

#include "agents/encoder_inputs.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

struct MlpEncoderOptions : Options {
  std::vector<int64_t> sizes = {64};
  void Visit(FieldVisitor& v) override {
    v.Ints("sizes", sizes, {1, 8192},
           "units of each layer; the last is the size of the encoding");
  }
  std::optional<OptionProblem> Check() const override {
    if (sizes.empty()) {
      return OptionProblem{"sizes", "expected at least one layer, found []"};
    }
    return std::nullopt;
  }
};

class MlpEncoderNet : public Encoder {
 public:
  MlpEncoderNet(const MlpEncoderOptions& options, Parameters& parameters,
                const std::string& name,
                const std::vector<ObservationSpec>& observations)
      : observations_(observations),
        mlp_(parameters, name, Inputs(observations), options.sizes) {}

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
  static int64_t Inputs(const std::vector<ObservationSpec>& observations) {
    int64_t inputs = 0;
    for (const ObservationSpec& spec : observations) {
      inputs += spec.numbers();
    }
    return inputs;
  }

  std::vector<ObservationSpec> observations_;
  Mlp mlp_;
};

}  // namespace

EncoderPart MlpEncoder() {
  return {{"mlp", "all observations into linear layers with ReLU",
           [] { return std::make_unique<MlpEncoderOptions>(); }},
          [](const Options& options, Parameters& parameters,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            return std::unique_ptr<Encoder>(std::make_unique<MlpEncoderNet>(
                dynamic_cast<const MlpEncoderOptions&>(options), parameters,
                name, observations));
          }};
}

}  // namespace credo
