#include "memory/none.h"

#include <torch/torch.h>

namespace credo {
namespace {

struct NoneOptions : Options {
  void Visit(FieldVisitor&) override {}
};

class None : public Memory {
 public:
  const StateLayout& layout() const override { return layout_; }
  int64_t size() const override { return 0; }
  int64_t shown() const override { return 0; }
  MemoryOutput Write(const at::Tensor& encoded, const at::Tensor&,
                     const at::Tensor&, const at::Tensor&) const override {
    return {encoded.new_zeros({encoded.size(0), encoded.size(1), 0}), {}};
  }
  int64_t query_size() const override { return 0; }
  int64_t read_size() const override { return 0; }
  at::Tensor Read(const at::Tensor& contents,
                  const at::Tensor& queries) const override {
    return contents.new_zeros({queries.size(0), queries.size(1), 0});
  }

 private:
  StateLayout layout_;
};

}  // namespace

MemoryPart NoMemory() {
  return {{"none", "holds nothing",
           [] { return std::make_unique<NoneOptions>(); }},
          [](const Options&, Parameters&, const std::string&, int64_t, int64_t)
              -> std::unique_ptr<Memory> { return std::make_unique<None>(); }};
}

}  // namespace credo
