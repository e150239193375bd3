#include <utility>

#include "sdk/runtime/encoder.h"

namespace credo::runtime {
namespace {

class MlpEncoder : public Encoder {
 public:
  MlpEncoder(std::vector<ObservationSpec> observations, int64_t inputs,
             Mlp mlp)
      : observations_(std::move(observations)),
        inputs_(Padded(inputs)),
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
      for (const ObservationSpec& spec : observations_) {
        WriteFlatInput(kernels, spec, *observed++, input);
        input += spec.numbers();
      }
    }
    mlp_(kernels, rows, {scratch, inputs_}, encoded, scratch + rows * inputs_,
         /*relu=*/true);
  }

 private:
  std::vector<ObservationSpec> observations_;
  int64_t inputs_;  // padded
  Mlp mlp_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> LoadMlpEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations) {
  CREDO_ASSIGN_OR_RETURN(const std::vector<int64_t> sizes,
                         options.Ints("sizes", 1, 8192));
  int64_t inputs = 0;
  for (const ObservationSpec& spec : observations) {
    inputs += spec.numbers();
  }
  CREDO_ASSIGN_OR_RETURN(Mlp mlp, Mlp::Load(source, name, inputs, sizes));
  return std::unique_ptr<Encoder>(
      std::make_unique<MlpEncoder>(observations, inputs, std::move(mlp)));
}

}  // namespace credo::runtime
