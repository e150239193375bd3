#include "agents/networks/gru_core.h"

#include <torch/types.h>

#include "agents/networks/recurrent_core.h"
#include "sdk/tensor/gru.h"

namespace credo {
namespace {

class GruCoreNet : public RecurrentCore {
 public:
  GruCoreNet(const GruCoreOptions& options, const CorePlace& place,
             const MemoryPart& memory, Parameters& parameters)
      : RecurrentCore(options, place, {"hidden"}, /*shown=*/{"hidden"},
                      memory),
        gru_(parameters,
             {place.name + ".gru", shape().inputs, options.size}) {
    AddMemory(options, place, memory, parameters);
  }

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
  return {GruCoreInfo(Catalog(memories)),
          [memories](const Options& any, Parameters& parameters,
                     const CorePlace& place) -> std::unique_ptr<BeliefCore> {
            const auto& options = As<GruCoreOptions>(any);
            return std::make_unique<GruCoreNet>(
                options, place,
                FindMemory(memories, options.memory.kind), parameters);
          }};
}

}  // namespace credo
