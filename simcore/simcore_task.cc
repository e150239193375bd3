#include "simcore/simcore_task.h"

#include <torch/types.h>

#include <cmath>
#include <utility>

#include "sdk/model/simulator.h"
#include "sdk/tensor/host_values.h"
#include "simcore/frame_batch.h"
#include "simcore/simcore_log.h"
#include "simcore/simulator.h"
#include "simcore/start_sampler.h"

namespace credo {
namespace {

StartOptions StartsOf(const SimcoreOptions& options) {
  return {options.overshoot, options.starts, options.frames, options.now,
          options.scheme == "pairs" ? StartScheme::kPairs
                                    : StartScheme::kFullHorizon};
}

class Simcore : public AuxiliaryTask {
 public:
  Simcore(const SimcoreOptions& options, const SimulatorModel& model,
          Parameters& parameters, const std::string& name,
          const AgentShape& shape, std::vector<ObservationSpec> observations)
      : name_(name),
        starts_(StartsOf(options)),
        weight_(options.weight),
        observations_(std::move(observations)),
        memory_(*shape.memory),
        simulator_(parameters, model, options.forget_bias, memory_) {}

  void TakeFrameModel(std::unique_ptr<FrameModel> model) {
    frame_model_ = std::move(model);
  }

  LossTerms Compute(const LearnerBatch& batch,
                    const UpdateContext& context) override {
    learned_ = {};
    sums_ = batch.beliefs.new_zeros({2}, torch::kDouble);
    OnHost([this, &records = batch.records(), &context] {
      plan_ = Plan(records, context);
      wanted_ = StatesOfFrames(plan_);
    });
    const int64_t frames = SizeFromHost(
        [this] { return static_cast<int64_t>(plan_.frames.size()); });
    if (frames == 0) return {batch.beliefs.new_zeros({}), {}};
    const SimulationInputs inputs =
        GatherStarts(plan_, batch, starts_.overshoot);
    const at::Tensor states = simulator_.SimulateOnly(
        wanted_, inputs.beliefs, inputs.contents, inputs.actions);
    const FrameTargets targets = GatherFrames(plan_, batch, observations_);
    const at::Tensor noise =
        FrameNoise(RandomStream(context.seed, name_ + ".noise"), context,
                   plan_, frame_model_->noise(), batch.beliefs);
    learned_ = frame_model_->Loss(states, targets, noise);
    if (learned_.constraint.defined()) {
      const at::Tensor weight = targets.weights.sum();
      sums_ = at::stack({learned_.constraint * weight, weight})
                  .to(torch::kDouble);
    }
    LossTerms terms{(learned_.loss * targets.weights).sum() * weight_, {}};
    if (context.log) {
      OnHost([this] { others_ = StatesOfOthers(plan_); });
      terms.metrics = SimcoreMetrics({.plan = plan_,
                                      .others = others_,
                                      .overshoot = starts_.overshoot,
                                      .inputs = inputs,
                                      .targets = targets,
                                      .noise = noise,
                                      .loss = learned_},
                                     *frame_model_, simulator_, memory_);
    }
    return terms;
  }

  bool repeats() const override { return frame_model_->repeats(); }
  bool compares() const override { return frame_model_->couples_frames(); }

  at::Tensor Sums() const override {
    return frame_model_->has_constraint() ? sums_ : at::Tensor();
  }

  void Learned(const at::Tensor& taken) override {
    const bool constrained = frame_model_->has_constraint() && sums_.defined();
    if (constrained || learned_.loss.defined()) {
      // Where nothing was learned, or no share had frames, it is NaN.
      const at::Tensor mean = constrained ? sums_[0] / sums_[1]
                                          : at::zeros_like(taken, at::kDouble);
      learned_.constraint = torch::where(taken, mean, at::full_like(mean, NAN));
      frame_model_->Learned(learned_);
    }
    learned_ = {};
    sums_ = at::Tensor();
  }

  const Simulator* simulator() const override { return &simulator_; }
  const FrameModel* frame_model() const override { return frame_model_.get(); }

  void Save(const std::string& prefix, TensorFile& file) const override {
    frame_model_->Save(prefix + "decoder.", file);
  }
  Status Load(const std::string& prefix, const TensorFile& file) override {
    return frame_model_->Load(prefix + "decoder.", file);
  }

 private:
  StartPlan Plan(const BatchRecords& records,
                 const UpdateContext& context) const {
    return ShareOf(
        SampleStarts(starts_, records.kinds_of_all(), records.steps + 1,
                     records.all_columns(),
                     RandomStream(context.seed, name_ + ".starts"),
                     static_cast<uint64_t>(context.update)),
        records.first_column, records.columns, records.shares());
  }

  std::string name_;
  StartOptions starts_;
  double weight_;
  std::vector<ObservationSpec> observations_;
  const Memory& memory_;
  Simulator simulator_;
  std::unique_ptr<FrameModel> frame_model_;
  // Of the update under way: what is decoded, and how well.
  StartPlan plan_;
  std::vector<SimulatedState> wanted_;  // of the plan's frames
  std::vector<SimulatedState> others_;
  FrameLoss learned_;
  // Its constraint times the weight of its frames, and that weight.
  at::Tensor sums_;
};

Result<std::unique_ptr<AuxiliaryTask>> Make(
    const std::vector<FrameModelPart>& frame_models,
    const SimcoreOptions& options, Parameters& parameters,
    const std::string& name, const AgentShape& shape) {
  if (options.overshoot > shape.unroll) {
    return InvalidArgument("overshoot: expected at most learner.unroll (" +
                           std::to_string(shape.unroll) + "), found " +
                           std::to_string(options.overshoot));
  }
  if (options.starts > shape.unroll) {
    return InvalidArgument("starts: expected at most learner.unroll (" +
                           std::to_string(shape.unroll) + "), found " +
                           std::to_string(options.starts));
  }
  CREDO_ASSIGN_OR_RETURN(
      std::vector<ObservationSpec> observations,
      ChosenObservations(options.observations, shape.observations));
  const FrameModelPart* part = FindPart(frame_models, options.decoder.kind);
  if (part == nullptr) {
    return InvalidArgument("decoder: no frame model named '" +
                           options.decoder.kind + "'");
  }
  const SimulatorModel model(options, name, shape.recurrent,
                             shape.action_inputs, shape.memory->shape());
  auto task = std::make_unique<Simcore>(options, model, parameters, name,
                                        shape, observations);
  CREDO_ASSIGN_OR_RETURN(
      std::unique_ptr<FrameModel> frame_model,
      part->make(*options.decoder.options, parameters,
                 {name + ".decoder", model.outputs, shape.encoding,
                  observations}));
  task->TakeFrameModel(std::move(frame_model));
  return std::unique_ptr<AuxiliaryTask>(std::move(task));
}

}  // namespace

AuxiliaryTaskPart SimcoreTask(std::vector<FrameModelPart> frame_models) {
  return {SimcoreInfo(Catalog(frame_models)),
          [frame_models](const Options& options, Parameters& parameters,
                         const std::string& name, const AgentShape& shape) {
            return Make(frame_models, As<SimcoreOptions>(options), parameters,
                        name, shape);
          }};
}

}  // namespace credo
