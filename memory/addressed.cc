#include "memory/addressed.h"

#include <torch/torch.h>

#include <optional>

#include "memory/addressed_write.h"
#include "sdk/tensor/layers.h"

namespace credo {
namespace {

class Addressed : public Memory {
 public:
  Addressed(const AddressedOptions& options, Parameters& parameters,
            const std::string& name, int64_t encoding, int64_t hidden)
      : slots_(options.slots),
        width_(options.width),
        sharpness_(options.sharpness),
        address_(parameters, name + ".address", hidden, slots_),
        value_(parameters, name + ".value", encoding, width_) {
    layout_.Add("slots", DType::kF32, {slots_, width_});
    if (options.value_hidden > 0) {
      value_mlp_.emplace(parameters, name + ".value_mlp", encoding + hidden,
                         std::vector<int64_t>{options.value_hidden, width_});
    }
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t size() const override { return slots_ * width_; }
  int64_t shown() const override { return size(); }

  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor& hidden,
                     const at::Tensor& contents,
                     const at::Tensor& keep) const override {
    const at::Tensor weights =
        at::softmax(sharpness_ * address_(hidden), -1);  // [T, B, N]
    at::Tensor values = value_(encoded);                 // [T, B, W]
    if (value_mlp_) {
      values = values + (*value_mlp_)(at::cat({encoded, hidden}, -1));
    }
    const at::Tensor after = AddressedWrite(
        weights, values, contents.reshape({-1, slots_, width_}), keep);
    return {after.view({after.size(0), after.size(1), size()}), {}};
  }

  int64_t query_size() const override { return slots_; }
  int64_t read_size() const override { return width_; }

  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return at::softmax(sharpness_ * queries, -1)
        .bmm(contents.view({-1, slots_, width_}));
  }

 private:
  int64_t slots_;
  int64_t width_;
  double sharpness_;
  StateLayout layout_;
  Linear address_;
  Linear value_;
  std::optional<Mlp> value_mlp_;
};

}  // namespace

void AddressedOptions::Visit(FieldVisitor& v) {
  v.Int("slots", slots, {1, 4096}, "number of slots");
  v.Int("width", width, {1, 4096}, "numbers in each slot");
  v.Real("sharpness", sharpness, {0.01, 100},
         "factor on the logits of an address");
  v.Int("value_hidden", value_hidden, {0, 4096},
        "units of the layer that adds the hidden state to what is written; 0 "
        "writes a linear map of the encoding alone");
}

MemoryPart AddressedMemory() {
  return {
      {"addressed", "slots written and read by a soft address",
       [] { return std::make_unique<AddressedOptions>(); }},
      [](const Options& options, Parameters& parameters,
         const std::string& name, int64_t encoding,
         int64_t hidden) -> std::unique_ptr<Memory> {
        return std::make_unique<Addressed>(
            dynamic_cast<const AddressedOptions&>(options), parameters, name,
            encoding, hidden);
      }};
}

}  // namespace credo
