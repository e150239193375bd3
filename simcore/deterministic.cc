#include "simcore/deterministic.h"

#include <torch/torch.h>

#include "sdk/tensor/layers.h"
#include "simcore/observation_likelihood.h"

namespace credo {
namespace {

class DeterministicModel : public FrameModel {
 public:
  DeterministicModel(const DeterministicOptions& options,
                     Parameters& parameters, const std::string& name,
                     int64_t inputs,
                     const std::vector<ObservationSpec>& observations)
      : observations_(observations),
        scales_{options.picture_sigma, options.vector_sigma},
        mlp_(parameters, name, inputs, Sizes(options, observations)) {}

  FrameLoss Loss(const at::Tensor& states,
                 const FrameTargets& targets) const override {
    const at::Tensor predictions = mlp_(states);
    at::Tensor nats;
    int64_t begin = 0;
    for (const ObservationSpec& spec : observations_) {
      const int64_t size = spec.numbers();
      const at::Tensor term = NegativeLogLikelihood(
          spec, scales_, predictions.narrow(1, begin, size),
          targets.observations[spec.name]);
      nats = nats.defined() ? nats + term : term;
      begin += size;
    }
    return {nats, {}};
  }

  bool Decodes() const override { return true; }

  NamedTensors Decode(const at::Tensor& states) const override {
    const at::Tensor predictions = mlp_(states);
    NamedTensors frames;
    int64_t begin = 0;
    for (const ObservationSpec& spec : observations_) {
      const int64_t size = spec.numbers();
      frames.Add(spec.name,
                 ExpectedObservation(
                     spec, predictions.narrow(1, begin, size).contiguous()));
      begin += size;
    }
    return frames;
  }

 private:
  static std::vector<int64_t> Sizes(
      const DeterministicOptions& options,
      const std::vector<ObservationSpec>& observations) {
    std::vector<int64_t> sizes = options.hidden;
    int64_t outputs = 0;
    for (const ObservationSpec& spec : observations) {
      outputs += spec.numbers();
    }
    sizes.push_back(outputs);
    return sizes;
  }

  std::vector<ObservationSpec> observations_;
  LikelihoodScales scales_;
  Mlp mlp_;
};

}  // namespace

void DeterministicOptions::Visit(FieldVisitor& v) {
  v.Ints("hidden", hidden, {1, 8192}, "units of each hidden layer");
  v.Real("picture_sigma", picture_sigma, {0.001, 10},
         "standard deviation of an intensity in [0, 1]");
  v.Real("vector_sigma", vector_sigma, {1e-6, 1e6},
         "standard deviation of a vector's entry, in its own units");
}

FrameModelPart Deterministic() {
  return {{"deterministic", "an MLP that predicts the frame without latents",
           [] { return std::make_unique<DeterministicOptions>(); }},
          [](const Options& options, Parameters& parameters,
             const std::string& name, int64_t inputs,
             const std::vector<ObservationSpec>& observations)
              -> std::unique_ptr<FrameModel> {
            return std::make_unique<DeterministicModel>(
                dynamic_cast<const DeterministicOptions&>(options), parameters,
                name, inputs, observations);
          }};
}

}  // namespace credo
