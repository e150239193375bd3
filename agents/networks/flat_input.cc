#include "agents/networks/flat_input.h"

#include <torch/types.h>

#include <cmath>

#include "sdk/tensor/pictures.h"

namespace credo {
namespace {

at::Tensor Numbers(const ObservationSpec& spec, const at::Tensor& observed) {
  const at::Tensor flat =
      observed.reshape({observed.size(0), spec.elements()});
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return Intensities(flat);
    case ObservationKind::kTiles: {
      const at::Tensor categories =
          torch::arange(spec.categories(), flat.options());
      return flat.unsqueeze(-1).eq(categories).to(at::kFloat).flatten(1);
    }
    case ObservationKind::kVector:
      if (!std::isfinite(spec.low) || !std::isfinite(spec.high)) return flat;
      return (flat - spec.low) * (2.0 / (spec.high - spec.low)) - 1.0;
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

}  // namespace

FlatInput::FlatInput(const InputSpec& spec, Parameters& parameters)
    : spec_(spec) {
  if (!spec.standardised()) return;
  const Shape shape = {spec.observation.numbers()};
  mean_ = parameters.AddObserved(spec.mean(), shape, Init::Zero());
  deviation_ =
      parameters.AddObserved(spec.deviation(), shape, Init::Constant(1));
}

at::Tensor FlatInput::Read(const at::Tensor& observed) const {
  const ObservationSpec& spec = spec_.observation;
  if (mean_ == nullptr) return Numbers(spec, observed);
  const at::Tensor inverse =
      deviation_->value.clamp_min(spec_.floor()).reciprocal();
  if (spec.kind == ObservationKind::kPicture &&
      mean_->value.scalar_type() == at::kFloat) {
    return StandardisedIntensities(
        observed.reshape({observed.size(0), spec.elements()}), mean_->value,
        inverse);
  }
  const at::Tensor numbers = Numbers(spec, observed);
  return ((numbers - mean_->value) * inverse).to(at::kFloat);
}

void FlatInput::Observe(const at::Tensor& observed, int64_t update,
                        LearnerGroup& group) {
  if (!Observes(update)) return;
  const at::NoGradGuard no_grad;
  const at::Tensor numbers = Numbers(spec_.observation, observed);
  const auto mean_of_all = [&group](const at::Tensor& rows) {
    const at::Tensor mean = rows.mean(0);
    SumWherever(group, mean);
    return mean / static_cast<double>(group.size());
  };
  const at::Tensor mean = mean_of_all(numbers);
  const at::Tensor variance = mean_of_all((numbers - mean).square());
  // Numbers whose squares are no floats any more tell nothing of the others.
  if (!std::isfinite(variance.sum().item<float>())) return;
  // As if all frames so far had been taken at once: `update` times as many
  // before these.
  const double share = 1.0 / static_cast<double>(update + 1);
  const at::Tensor step = (mean - mean_->value) * share;
  const at::Tensor spread = step.square() * static_cast<double>(update);
  deviation_->value.square_()
      .mul_(1 - share)
      .add_(variance * share + spread)
      .sqrt_();
  mean_->value.add_(step);
}

std::vector<FlatInput> MakeFlatInputs(const std::vector<InputSpec>& specs,
                                      Parameters& parameters) {
  std::vector<FlatInput> inputs;
  for (const InputSpec& spec : specs) inputs.emplace_back(spec, parameters);
  return inputs;
}

}  // namespace credo
