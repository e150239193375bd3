#include "simcore/mean_frame.h"

#include <torch/torch.h>

#include "simcore/observation_likelihood.h"

namespace credo {
namespace {

struct MeanFrameOptions : Options {
  double picture_sigma = 0.1;
  double vector_sigma = 0.1;
  void Visit(FieldVisitor& v) override {
    v.Real("picture_sigma", picture_sigma, {0.001, 10},
           "standard deviation of an intensity in [0, 1]");
    v.Real("vector_sigma", vector_sigma, {1e-6, 1e6},
           "standard deviation of a vector's entry, in its own units");
  }
};

class MeanFrameModel : public FrameModel {
 public:
  MeanFrameModel(const MeanFrameOptions& options, Parameters& parameters,
                 const std::string& name,
                 const std::vector<ObservationSpec>& observations)
      : observations_(observations),
        scales_{options.picture_sigma, options.vector_sigma} {
    for (const ObservationSpec& spec : observations) {
      means_.push_back(parameters.Add(name + "." + spec.name,
                                      {spec.numbers()}, Init::Zero()));
    }
  }

  FrameLoss Loss(const at::Tensor& states,
                 const FrameTargets& targets) const override {
    at::Tensor nats;
    for (size_t i = 0; i < observations_.size(); ++i) {
      const at::Tensor term = NegativeLogLikelihood(
          observations_[i], scales_, Prediction(i, states.size(0)),
          targets.observations[observations_[i].name]);
      nats = nats.defined() ? nats + term : term;
    }
    return {nats, {}};
  }

  bool Decodes() const override { return true; }

  NamedTensors Decode(const at::Tensor& states) const override {
    NamedTensors frames;
    for (size_t i = 0; i < observations_.size(); ++i) {
      frames.Add(observations_[i].name,
                 ExpectedObservation(
                     observations_[i],
                     Prediction(i, states.size(0)).contiguous()));
    }
    return frames;
  }

 private:
  at::Tensor Prediction(size_t i, int64_t frames) const {
    return means_[i]->value.unsqueeze(0).expand({frames, -1});
  }

  std::vector<ObservationSpec> observations_;
  LikelihoodScales scales_;
  std::vector<Parameter*> means_;
};

}  // namespace

FrameModelPart MeanFrame() {
  return {{"mean_frame", "the same frame everywhere: the floor",
           [] { return std::make_unique<MeanFrameOptions>(); }},
          [](const Options& options, Parameters& parameters,
             const std::string& name, int64_t,
             const std::vector<ObservationSpec>& observations)
              -> std::unique_ptr<FrameModel> {
            return std::make_unique<MeanFrameModel>(
                dynamic_cast<const MeanFrameOptions&>(options), parameters,
                name, observations);
          }};
}

}  // namespace credo
