#include "memory/slots.h"

#include <torch/types.h>

#include "memory/slots_write.h"
#include "memory/value_net.h"
#include "sdk/model/slots.h"

namespace credo {
namespace {

// A logit so low that the row's weight is 0.
constexpr double kUnwritten = -1e30;

class Slots : public Memory {
 public:
  Slots(const SlotsModel& model, Parameters& parameters)
      : Memory(model.shape),
        options_(model.options),
        value_(parameters, model.value) {}

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor& hidden,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    return {SlotsWrite(value_(encoded, hidden), contents, keep),
            at::ones({encoded.size(0), encoded.size(1)},
                     encoded.options().requires_grad(false)),
            {}};
  }

  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return Weights(contents, queries).bmm(Rows(contents));
  }

  ReadStatistics Watch(const at::Tensor& contents,
                       const at::Tensor& queries) const override {
    torch::NoGradGuard no_grad;
    return {ShareOfEntropy(Weights(contents, queries)),
            Written(contents).to(at::kFloat).mean(-1)};
  }

 private:
  // [R, M] -> [R, N, W]
  at::Tensor Rows(const at::Tensor& contents) const {
    return contents.narrow(1, 0, options_.slots * options_.width)
        .reshape({-1, options_.slots, options_.width});
  }

  // Which rows were written, [R, N]: the first of them, as many as counted.
  at::Tensor Written(const at::Tensor& contents) const {
    const at::Tensor count =
        contents.detach().select(1, size() - 1).round().unsqueeze(-1);
    return at::arange(options_.slots, count.options()).lt(count);
  }

  // [R, K, N]: sums to 1, or to 0 where nothing was written.
  at::Tensor Weights(const at::Tensor& contents,
                     const at::Tensor& queries) const {
    const at::Tensor keys =
        Rows(contents).narrow(2, 0, options_.key);                 // [R, N, k]
    const at::Tensor query = queries.narrow(2, 0, options_.key);   // [R, K, k]
    const at::Tensor strength = at::softplus(
        queries.narrow(2, options_.key, 1) + options_.strength);   // [R, K, 1]
    const at::Tensor lengths =
        query.norm(2, -1, /*keepdim=*/true) *
        keys.norm(2, -1, /*keepdim=*/false).unsqueeze(1);          // [R, K, N]
    const at::Tensor cosine =
        query.bmm(keys.transpose(1, 2)) / (lengths + kCosineEpsilon);
    const at::Tensor written = Written(contents).unsqueeze(1);
    return at::softmax(
               (strength * cosine).masked_fill(~written, kUnwritten), -1) *
           written;
  }

  SlotsOptions options_;
  ValueNet value_;
};

}  // namespace

MemoryPart SlotsMemory() {
  return PartOf<Slots, SlotsModel>(SlotsInfo());
}

}  // namespace credo
