#include "agents/gru_core.h"

#include <torch/torch.h>

#include <utility>

#include "agents/recurrent_core.h"
#include "sdk/tensor/gru.h"

namespace credo {
namespace {

struct GruCoreOptions : RecurrentCoreOptions {
  using RecurrentCoreOptions::RecurrentCoreOptions;

  void Visit(FieldVisitor& v) override {
    v.Int("size", size, {1, 8192}, "units of the GRU");
    RecurrentCoreOptions::Visit(v);
  }
};

class GruCoreNet : public RecurrentCore {
 public:
  GruCoreNet(const GruCoreOptions& options, const MemoryPart& memory,
             Parameters& parameters, const std::string& name, int64_t encoding,
             int64_t action_inputs)
      : RecurrentCore(options, {"hidden"}),
        gru_(parameters, name + ".gru",
             Inputs(options, encoding, action_inputs), options.size) {
    AddMemory(options, memory, parameters, name, encoding);
  }

  int64_t recurrent_size() const override { return gru_.size(); }

 protected:
  Steps Run(const at::Tensor& inputs, const std::vector<at::Tensor>& before,
            const at::Tensor& keep) const override {
    const at::Tensor hidden = gru_(inputs, before[0], keep);
    return {{hidden}, {hidden}};
  }

 private:
  Gru gru_;
};

}  // namespace

BeliefCorePart GruCore(std::vector<MemoryPart> memories) {
  return RecurrentPart<GruCoreOptions, GruCoreNet>(
      "gru", "a GRU with a memory beside it", std::move(memories));
}

}  // namespace credo
