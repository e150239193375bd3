#include "memory/delta.h"

#include <torch/types.h>

#include "memory/delta_write.h"
#include "memory/value_net.h"
#include "sdk/model/delta.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

// x / |x| along the last dimension; what is shorter than kLeastLength stays
// shorter than 1.
at::Tensor OfLengthOne(const at::Tensor& x) {
  return x / x.norm(2, -1, /*keepdim=*/true).clamp_min(kLeastLength);
}

class Delta : public Memory {
 public:
  Delta(const DeltaModel& model, Parameters& parameters)
      : Memory(model.shape),
        options_(model.options),
        key_(parameters, model.key),
        gates_(parameters, model.gates),
        value_(parameters, model.value) {}

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor& hidden,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    const at::Tensor gates = gates_(hidden);  // [T, B, 2]
    const at::Tensor kept = at::sigmoid(gates.select(-1, 0) + options_.keep);
    const at::Tensor written = at::sigmoid(gates.select(-1, 1));
    const at::Tensor after =
        DeltaWrite(OfLengthOne(key_(hidden)), value_(encoded, hidden), kept,
                   written, Matrix(contents), keep);
    return {after.view({after.size(0), after.size(1), size()}),
            written.detach(),
            {}};
  }

  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return OfLengthOne(queries).bmm(Matrix(contents));
  }

  ReadStatistics Watch(const at::Tensor& contents,
                       const at::Tensor& queries) const override {
    torch::NoGradGuard no_grad;
    return {ShareOfEntropy(queries),  // a length changes no share
            Matrix(contents).abs().amax(-1).gt(kUsed).to(at::kFloat).mean(-1)};
  }

 private:
  // A row of the matrix counts as used when a number in it is larger than this.
  static constexpr double kUsed = 0.01;

  // [R, M] -> [R, K, C]
  at::Tensor Matrix(const at::Tensor& contents) const {
    return contents.reshape({-1, options_.rows, options_.width});
  }

  DeltaOptions options_;
  Linear key_;
  Linear gates_;
  ValueNet value_;
};

}  // namespace

MemoryPart DeltaMemory() {
  return PartOf<Delta, DeltaModel>(DeltaInfo());
}

}  // namespace credo
