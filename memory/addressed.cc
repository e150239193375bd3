#include "memory/addressed.h"

#include <torch/types.h>

#include "memory/addressed_write.h"
#include "memory/value_net.h"
#include "sdk/model/addressed.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class Addressed : public Memory {
 public:
  Addressed(const AddressedModel& model, Parameters& parameters)
      : Memory(model.shape),
        options_(model.options),
        address_(parameters, model.address),
        value_(parameters, model.value) {}

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor& hidden,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    const at::Tensor weights = Address(address_(hidden));  // [T, B, N]
    const at::Tensor after = AddressedWrite(
        weights, value_(encoded, hidden),
        contents.reshape({-1, options_.slots, options_.width}), keep);
    return {after.view({after.size(0), after.size(1), size()}),
            weights.detach().amax(-1),
            {}};
  }

  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return Address(queries).bmm(
        contents.view({-1, options_.slots, options_.width}));
  }

  ReadStatistics Watch(const at::Tensor& contents,
                       const at::Tensor& queries) const override {
    torch::NoGradGuard no_grad;
    const at::Tensor slots =
        contents.view({-1, options_.slots, options_.width});
    return {ShareOfEntropy(Address(queries)),
            slots.abs().amax(-1).gt(kUsed).to(at::kFloat).mean(-1)};
  }

 private:
  // A slot counts as used when a number in it is larger than this.
  static constexpr double kUsed = 0.01;

  at::Tensor Address(const at::Tensor& logits) const {
    return at::softmax(options_.sharpness * logits, -1);
  }

  AddressedOptions options_;
  Linear address_;
  ValueNet value_;
};

}  // namespace

MemoryPart AddressedMemory() {
  return PartOf<Addressed, AddressedModel>(AddressedInfo());
}

}  // namespace credo
