#include "agents/networks/lstm_core.h"

#include "agents/networks/recurrent_core.h"
#include "sdk/tensor/lstm.h"

namespace credo {
namespace {

class LstmCoreNet : public RecurrentCore {
 public:
  LstmCoreNet(const LstmCoreOptions& options, const CorePlace& place,
              const MemoryPart& memory, Parameters& parameters)
      : RecurrentCore(options, place, {"hidden", "cell"},
                      /*shown=*/{"hidden", "tanh(cell)"}, memory),
        lstm_(parameters,
              {place.name + ".lstm", shape().inputs, options.size},
              options.forget_bias) {
    AddMemory(options, place, memory, parameters);
  }

 protected:
  Steps Run(const at::Tensor& inputs, const std::vector<at::Tensor>& before,
            const at::Tensor& keep) const override {
    const LstmOutput lstm = lstm_(inputs, before[0], before[1], keep);
    return {{lstm.hidden, lstm.cell}, {lstm.hidden, lstm.tanh_cell}};
  }

 private:
  Lstm lstm_;
};

}  // namespace

BeliefCorePart LstmCore(std::vector<MemoryPart> memories) {
  return {LstmCoreInfo(Catalog(memories)),
          [memories](const Options& any, Parameters& parameters,
                     const CorePlace& place) -> std::unique_ptr<BeliefCore> {
            const auto& options = As<LstmCoreOptions>(any);
            return std::make_unique<LstmCoreNet>(
                options, place,
                FindMemory(memories, options.memory.kind), parameters);
          }};
}

}  // namespace credo
