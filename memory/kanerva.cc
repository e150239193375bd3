#include "memory/kanerva.h"

#include <torch/types.h>

#include <cmath>
#include <optional>

#include "memory/kanerva_write.h"
#include "memory/ridge_solve.h"
#include "memory/value_net.h"
#include "sdk/model/kanerva.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class Kanerva : public Memory {
 public:
  Kanerva(const KanervaModel& model, Parameters& parameters)
      : Memory(model.shape),
        options_(model.options),
        value_(parameters, model.value) {
    if (!options_.least_squares()) address_.emplace(parameters, model.address);
    // Where the address is found in R itself, rows of zeros would never be
    // found: entries of variance 1, as those of a code.
    prior_ = parameters.Add(model.prior.name, model.prior.shape,
                            options_.least_squares()
                                ? Init::Uniform(std::sqrt(3.0))
                                : Init::Zero());
  }

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor& hidden,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    const KanervaWritten written = KanervaWrite(
        address_ ? Softmax((*address_)(hidden)) : at::Tensor(),
        Code(value_(encoded, hidden)), prior_->value, contents, keep,
        {.noise = options_.noise,
         .forgetting = options_.forgetting,
         .ridge = options_.ridge});
    MemoryOutput output{written.contents, written.strength, {}};
    if (options_.kl_weight > 0) {
      output.losses.push_back({"kl", options_.kl_weight * written.kl.mean()});
    }
    return output;
  }

  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    if (address_) {
      const at::Tensor weights = Softmax(queries);
      return weights.bmm(Mean(contents)) + weights.matmul(prior_->value);
    }
    const at::Tensor held = Held(contents);
    return LeastSquares(held, queries).bmm(held);
  }

  ReadStatistics Watch(const at::Tensor& contents,
                       const at::Tensor& queries) const override {
    torch::NoGradGuard no_grad;
    const at::Tensor weights = address_
                                   ? Softmax(queries)
                                   : LeastSquares(Held(contents), queries);
    // 1 - trace(U) / K, of U = I + V.
    const at::Tensor known =
        -Covariance(contents).diagonal(0, 1, 2).mean(-1).clamp(-1, 0);
    return {ShareOfEntropy(weights), known};
  }

 private:
  at::Tensor Softmax(const at::Tensor& logits) const {
    return at::softmax(options_.sharpness * logits, -1);
  }
  at::Tensor Code(const at::Tensor& values) const {
    return at::layer_norm(values, {options_.width}, {}, {},
                          kLayerNormEpsilon);
  }
  // [R, K, C], [R, Q, C] -> [R, Q, K]
  at::Tensor LeastSquares(const at::Tensor& held,
                          const at::Tensor& queries) const {
    return RidgeSolve(held, Code(queries).bmm(held.transpose(1, 2)),
                      options_.ridge);
  }

  // Of contents [R, M]: R - R0 [R, K, C], R itself, and U - I [R, K, K].
  at::Tensor Mean(const at::Tensor& contents) const {
    return contents.narrow(1, 0, options_.rows * options_.width)
        .reshape({-1, options_.rows, options_.width});
  }
  at::Tensor Held(const at::Tensor& contents) const {
    return Mean(contents) + prior_->value;
  }
  at::Tensor Covariance(const at::Tensor& contents) const {
    return contents
        .narrow(1, options_.rows * options_.width,
                options_.rows * options_.rows)
        .reshape({-1, options_.rows, options_.rows});
  }

  KanervaOptions options_;
  ValueNet value_;
  std::optional<Linear> address_;  // without: by least squares
  Parameter* prior_ = nullptr;
};

}  // namespace

MemoryPart KanervaMemory() {
  return PartOf<Kanerva, KanervaModel>(KanervaInfo());
}

}  // namespace credo
