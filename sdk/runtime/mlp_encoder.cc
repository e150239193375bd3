#include <utility>

#include "sdk/model/encoders.h"
#include "sdk/runtime/encoder.h"
#include "sdk/runtime/flat_input.h"

namespace credo::runtime {
namespace {

class MlpEncoder : public Encoder {
 public:
  MlpEncoder(std::vector<FlatInput> observations, Mlp mlp)
      : observations_(std::move(observations)),
        inputs_(Padded(mlp.in())),
        mlp_(std::move(mlp)) {}

  int64_t size() const override { return mlp_.out(); }
  int64_t scratch(int64_t rows) const override {
    return rows * inputs_ + mlp_.scratch(rows);
  }

  void Encode(const Kernels& kernels, int64_t rows,
              const std::byte* const* observed, float* scratch,
              FloatRows encoded) const override {
    for (int64_t row = 0; row < rows; ++row) {
      float* input = scratch + row * inputs_;
      for (const FlatInput& observation : observations_) {
        observation.Write(kernels, *observed++, input);
        input += observation.numbers();
      }
    }
    mlp_(kernels, rows, {scratch, inputs_}, encoded, scratch + rows * inputs_,
         /*relu=*/true);
  }

 private:
  std::vector<FlatInput> observations_;
  int64_t inputs_;  // padded
  Mlp mlp_;
};

}  // namespace

EncoderPart MlpEncoderPart() {
  return {MlpEncoderInfo(),
          [](const Options& options, const Source& source,
             const std::string& name,
             const std::vector<ObservationSpec>& observations)
              -> Result<std::unique_ptr<Encoder>> {
            const auto& mlp_options = As<MlpEncoderOptions>(options);
            CREDO_ASSIGN_OR_RETURN(
                std::vector<FlatInput> inputs,
                FlatInput::Load(source,
                                EncoderInputs(mlp_options.standardise, name,
                                              observations)));
            CREDO_ASSIGN_OR_RETURN(
                Mlp mlp, Mlp::Load(source, MlpEncoderModel(mlp_options, name,
                                                           observations)));
            return std::unique_ptr<Encoder>(std::make_unique<MlpEncoder>(
                std::move(inputs), std::move(mlp)));
          }};
}

}  // namespace credo::runtime
