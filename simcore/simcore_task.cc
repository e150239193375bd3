#include "simcore/simcore_task.h"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "simcore/simulator.h"
#include "simcore/start_sampler.h"

namespace credo {
namespace {

struct SimcoreOptions : Options {
  explicit SimcoreOptions(PartCatalog catalog)
      : decoders(std::move(catalog)),
        decoder(Select(decoders, "deterministic")) {}

  PartCatalog decoders;
  int64_t overshoot = 12;
  int64_t starts = 4;
  int64_t frames = 0;
  bool now = true;
  std::string scheme = "pairs";
  int64_t size = 64;
  double forget_bias = 1.0;
  double weight = 1.0;
  std::vector<std::string> observations;
  Selection decoder;

  void Visit(FieldVisitor& v) override {
    v.Int("overshoot", overshoot, {1, 10000}, "steps simulated ahead");
    v.Int("starts", starts, {1, 10000}, "simulations per column of an unroll");
    v.Int("frames", frames, {0, 10000},
          "frames decoded per simulation beside the present one; 0: all");
    v.Bool("now", now, "whether the start's own frame is decoded too (k = 0)");
    v.Choice("scheme", scheme, {"full_horizon", "pairs"},
             "full_horizon: starts whose whole overshoot lies in the unroll; "
             "pairs: all pairs of start and offset alike");
    v.Int("size", size, {1, 8192}, "units of the simulator's LSTM");
    v.Real("forget_bias", forget_bias, {-10, 10},
           "added to the start of the forget gate's bias");
    v.Real("weight", weight, {0, 1e6}, "factor on the loss");
    v.Texts("observations", observations,
            "names of the observations to predict; [] means all");
    v.Part("decoder", decoder, decoders, "frame model");
  }

  std::optional<OptionProblem> Check() const override {
    if (frames > overshoot) {
      return OptionProblem{"frames", "expected at most overshoot (" +
                                         std::to_string(overshoot) +
                                         "), found " + std::to_string(frames)};
    }
    return std::nullopt;
  }
};

class Simcore : public AuxiliaryTask {
 public:
  Simcore(const SimcoreOptions& options, const FrameModelPart& decoder,
          Parameters& parameters, const std::string& name,
          const AgentShape& shape, std::vector<ObservationSpec> observations)
      : stream_name_(name + ".starts"),
        starts_{options.overshoot, options.starts, options.frames, options.now,
                options.scheme == "pairs" ? StartScheme::kPairs
                                          : StartScheme::kFullHorizon},
        weight_(options.weight),
        observations_(std::move(observations)),
        simulator_(parameters, name + ".simulator", shape.recurrent,
                   shape.action_inputs, options.size, options.forget_bias,
                   *shape.memory),
        frame_model_(decoder.make(*options.decoder.options, parameters,
                                  name + ".decoder", simulator_.outputs(),
                                  observations_)) {}

  LossTerms Compute(const LearnerBatch& batch,
                    const UpdateContext& context) override {
    const RandomStream stream(context.seed, stream_name_);
    const StartPlan plan =
        SampleStarts(starts_, batch.kinds, batch.steps + 1, batch.columns,
                     stream, static_cast<uint64_t>(context.update));
    if (plan.frames.empty()) return {batch.beliefs.new_zeros({}), {}};
    const at::Tensor states = Simulate(plan, batch);
    const Frames frames = Gather(plan, batch);
    const int64_t width = states.size(2);
    const at::Tensor chosen =
        states.view({-1, width}).index_select(0, frames.states);
    const FrameLoss loss = frame_model_->Loss(chosen, frames.targets);
    LossTerms terms;
    terms.total = (loss.nats * frames.weights).sum();
    for (const NamedLoss& other : loss.losses) {
      terms.total = terms.total + other.value;
    }
    terms.total = terms.total * weight_;
    if (context.log) AddMetrics(plan, states, loss.nats, frames, terms);
    return terms;
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
  // The decoded frames of a plan, all [F].
  struct Frames {
    at::Tensor states;   // rows of the flattened simulated states
    at::Tensor weights;
    FrameTargets targets;
  };

  static at::Tensor Indices(std::vector<int64_t> values,
                            const at::Tensor& like) {
    return torch::tensor(values, torch::kLong).to(like.device());
  }

  // [overshoot + 1, R, S]: offsets beyond a start's horizon see no action.
  at::Tensor Simulate(const StartPlan& plan, const LearnerBatch& batch) const {
    const int64_t rows = static_cast<int64_t>(plan.rows.size());
    const int64_t columns = batch.columns;
    std::vector<int64_t> starts;
    std::vector<int64_t> led(rows * (starts_.overshoot + 1), 0);
    at::Tensor mask =
        torch::zeros({starts_.overshoot + 1, rows, 1}, torch::kFloat);
    float* known = mask.data_ptr<float>();
    for (int64_t r = 0; r < rows; ++r) {
      const StartPlan::Start& start = plan.rows[r];
      starts.push_back(start.t * columns + start.b);
      for (int64_t k = 1; k <= start.horizon; ++k) {
        led[k * rows + r] = (start.t + k) * columns + start.b;
        known[k * rows + r] = 1;
      }
    }
    const at::Tensor at_start = Indices(starts, batch.beliefs);
    const at::Tensor actions =
        batch.action_inputs.flatten(0, 1)
            .index_select(0, Indices(led, batch.beliefs))
            .view({starts_.overshoot + 1, rows, -1});
    return simulator_.Simulate(
        batch.beliefs.flatten(0, 1).index_select(0, at_start),
        batch.memory.flatten(0, 1).index_select(0, at_start),
        actions * mask.to(actions.device(), actions.scalar_type()));
  }

  Frames Gather(const StartPlan& plan, const LearnerBatch& batch) const {
    const int64_t rows = static_cast<int64_t>(plan.rows.size());
    std::vector<int64_t> states;
    std::vector<int64_t> records;
    std::vector<double> weights;
    for (const DecodedFrame& frame : plan.frames) {
      const StartPlan::Start& start = plan.rows[frame.row];
      states.push_back(frame.offset * rows + frame.row);
      records.push_back((start.t + frame.offset) * batch.columns + start.b);
      weights.push_back(frame.weight);
    }
    const at::Tensor& like = batch.beliefs;
    const at::Tensor at_record = Indices(records, like);
    Frames frames;
    frames.states = Indices(states, like);
    frames.weights = torch::tensor(weights, torch::kDouble)
                         .to(like.device(), like.scalar_type());
    for (const ObservationSpec& spec : observations_) {
      frames.targets.observations.Add(
          spec.name, batch.observations[spec.name].flatten(0, 1).index_select(
                         0, at_record));
    }
    frames.targets.encodings =
        batch.encoded.flatten(0, 1).index_select(0, at_record);
    return frames;
  }

  void AddMetrics(const StartPlan& plan, const at::Tensor& states,
                  const at::Tensor& nats, const Frames& frames,
                  LossTerms& terms) const {
    torch::NoGradGuard no_grad;
    const at::Tensor host = nats.detach().cpu().to(at::kDouble);
    const double* values = host.const_data_ptr<double>();
    std::vector<double> sums(starts_.overshoot + 1, 0);
    std::vector<int64_t> counts(starts_.overshoot + 1, 0);
    for (size_t i = 0; i < plan.frames.size(); ++i) {
      sums[plan.frames[i].offset] += values[i];
      ++counts[plan.frames[i].offset];
    }
    for (size_t k = 0; k < sums.size(); ++k) {
      if (counts[k] == 0) continue;
      const std::string number = std::to_string(k);
      terms.metrics.push_back(
          {"error.k" + std::string(k < 10 ? "0" : "") + number,
           sums[k] / static_cast<double>(counts[k])});
    }
    // The same frames explained by the states of another start, as far ahead.
    const int64_t rows = static_cast<int64_t>(plan.rows.size());
    std::vector<int64_t> others;
    for (const DecodedFrame& frame : plan.frames) {
      others.push_back(frame.offset * rows +
                       (frame.row + (rows + 1) / 2) % rows);
    }
    const FrameLoss shuffled = frame_model_->Loss(
        states.detach().flatten(0, 1).index_select(0, Indices(others, states)),
        frames.targets);
    terms.metrics.push_back(
        {"gap", (shuffled.nats - nats.detach()).mean().item<double>()});
  }

  std::string stream_name_;
  StartOptions starts_;
  double weight_;
  std::vector<ObservationSpec> observations_;
  Simulator simulator_;
  std::unique_ptr<FrameModel> frame_model_;
};

// The observations of these names; all when there are none.
Result<std::vector<ObservationSpec>> Chosen(
    const std::vector<std::string>& names, const AgentShape& shape) {
  if (names.empty()) return shape.observations;
  std::vector<ObservationSpec> chosen;
  for (const std::string& name : names) {
    const auto found = std::find_if(
        shape.observations.begin(), shape.observations.end(),
        [&name](const ObservationSpec& spec) { return spec.name == name; });
    if (found == shape.observations.end()) {
      std::string known;
      for (const ObservationSpec& spec : shape.observations) {
        known += (known.empty() ? "'" : ", '") + spec.name + "'";
      }
      return InvalidArgument("observations: expected some of " + known +
                             ", found '" + name + "'");
    }
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace

AuxiliaryTaskPart SimcoreTask(std::vector<FrameModelPart> frame_models) {
  PartCatalog catalog;
  for (const FrameModelPart& part : frame_models) catalog.push_back(part.info);
  return {
      {"simcore", "predict frames far ahead from the belief and actions alone",
       [catalog] { return std::make_unique<SimcoreOptions>(catalog); }},
      [frame_models](const Options& any, Parameters& parameters,
                     const std::string& name, const AgentShape& shape)
          -> Result<std::unique_ptr<AuxiliaryTask>> {
        const auto& options = dynamic_cast<const SimcoreOptions&>(any);
        if (options.overshoot > shape.unroll) {
          return InvalidArgument(
              "overshoot: expected at most learner.unroll (" +
              std::to_string(shape.unroll) + "), found " +
              std::to_string(options.overshoot));
        }
        CREDO_ASSIGN_OR_RETURN(std::vector<ObservationSpec> observations,
                               Chosen(options.observations, shape));
        for (const FrameModelPart& part : frame_models) {
          if (part.info.name != options.decoder.kind) continue;
          return std::unique_ptr<AuxiliaryTask>(
              std::make_unique<Simcore>(options, part, parameters, name, shape,
                                        std::move(observations)));
        }
        return InvalidArgument("decoder: no frame model named '" +
                               options.decoder.kind + "'");
      }};
}

}  // namespace credo
