#include "agents/lstm_core.h"

#include <torch/torch.h>

#include <utility>

#include "agents/recurrent_core.h"
#include "sdk/tensor/lstm.h"

namespace credo {
namespace {

struct LstmCoreOptions : RecurrentCoreOptions {
  using RecurrentCoreOptions::RecurrentCoreOptions;
  double forget_bias = 1.5;

  void Visit(FieldVisitor& v) override {
    v.Int("size", size, {1, 8192}, "units of the LSTM");
    v.Real("forget_bias", forget_bias, {-10, 10},
           "added to the start of the forget gate's bias; at 0 half of the "
           "state is forgotten at each step");
    RecurrentCoreOptions::Visit(v);
  }
};

class LstmCoreNet : public RecurrentCore {
 public:
  LstmCoreNet(const LstmCoreOptions& options, const MemoryPart& memory,
              Parameters& parameters, const std::string& name,
              int64_t encoding, int64_t action_inputs)
      : RecurrentCore(options, {"hidden", "cell"}),
        lstm_(parameters, name + ".lstm",
              Inputs(options, encoding, action_inputs), options.size,
              options.forget_bias) {
    AddMemory(options, memory, parameters, name, encoding);
  }

  int64_t recurrent_size() const override { return 2 * lstm_.size(); }

 protected:
  Steps Run(const at::Tensor& inputs, const std::vector<at::Tensor>& before,
            const at::Tensor& keep) const override {
    const LstmOutput lstm = lstm_(inputs, before[0], before[1], keep);
    return {{lstm.hidden, lstm.cell}, {lstm.hidden, at::tanh(lstm.cell)}};
  }

 private:
  Lstm lstm_;
};

}  // namespace

BeliefCorePart LstmCore(std::vector<MemoryPart> memories) {
  return RecurrentPart<LstmCoreOptions, LstmCoreNet>(
      "lstm", "an LSTM with a memory beside it", std::move(memories));
}

}  // namespace credo
