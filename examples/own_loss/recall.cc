// The belief must recall the frame that was seen some steps before it.
#include <torch/types.h>

#include "sdk/tensor/layers.h"
#include "simcore/auxiliary_task.h"
#include "simcore/observation_likelihood.h"
#include "simcore/start_sampler.h"

namespace credo {

struct RecallOptions : Options {
  int64_t back = 8;
  void Visit(FieldVisitor& v) override {
    v.Int("back", back, {0, 10000}, "steps from the belief back to the frame");
  }
};

class Recall : public AuxiliaryTask {
 public:
  Recall(int64_t back, Parameters& parameters, const std::string& name,
         const AgentShape& agent)
      : back_(back),
        frame_(agent.observations[0]),
        decoder_(parameters, name, agent.belief,
                 {128, frame_.numbers()}) {}

  LossTerms Compute(const LearnerBatch& batch, const UpdateContext&) override {
    // Rows t * B + b of records that live on for `back` steps.
    const at::Tensor lives = torch::tensor(
        ValidOffsets(batch.kinds, batch.steps + 1, batch.columns));
    const at::Tensor then = lives.ge(back_).nonzero().flatten();
    if (then.numel() == 0) return {batch.beliefs.new_zeros({}), {}};
    const at::Tensor frames =
        batch.observations[frame_.name].flatten(0, 1).index_select(0, then);
    const at::Tensor beliefs = batch.beliefs.flatten(0, 1).index_select(
        0, then + back_ * batch.columns);
    return {NegativeLogLikelihood(frame_, {}, decoder_(beliefs), frames).mean(),
            {}};
  }

 private:
  const int64_t back_;
  const ObservationSpec frame_;
  const Mlp decoder_;
};

AuxiliaryTaskPart RecallPart() {
  return {{"recall", "tell from the belief what was seen some steps ago",
           [] { return std::make_unique<RecallOptions>(); }},
          [](const Options& any, Parameters& parameters,
             const std::string& name, const AgentShape& agent)
              -> Result<std::unique_ptr<AuxiliaryTask>> {
            const auto& options = dynamic_cast<const RecallOptions&>(any);
            if (options.back > agent.unroll) {
              return InvalidArgument("back: expected at most learner.unroll, "
                                     "found " + std::to_string(options.back));
            }
            return std::unique_ptr<AuxiliaryTask>(
                new Recall(options.back, parameters, name, agent));
          }};
}

}  // namespace credo
