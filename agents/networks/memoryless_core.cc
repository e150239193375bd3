#include "agents/networks/memoryless_core.h"

#include <torch/types.h>

#include "memory/none.h"

namespace credo {
namespace {

class Memoryless : public BeliefCore {
 public:
  Memoryless(Parameters& parameters, const CorePlace& place)
      : size_(place.encoding) {
    const MemoryPart none = NoMemory();
    memory_ = none.make(*none.info.defaults(), parameters, {});
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override { return size_; }
  int64_t recurrent_size() const override { return size_; }
  std::vector<BeliefColumns> belief_columns() const override {
    return {{"encoding", size_}};
  }
  const Memory& memory() const override { return *memory_; }

  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t) const override {
    const at::Tensor& e = input.encoded;
    return {e, e.new_zeros({e.size(0), e.size(1), 0}), state, {}, {}};
  }

 private:
  int64_t size_;
  StateLayout layout_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace

BeliefCorePart MemorylessCore() {
  return {MemorylessInfo(),
          [](const Options&, Parameters& parameters,
             const CorePlace& place) -> std::unique_ptr<BeliefCore> {
            return std::make_unique<Memoryless>(parameters, place);
          }};
}

}  // namespace credo
