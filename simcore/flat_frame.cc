#include "simcore/flat_frame.h"

#include <torch/types.h>

namespace credo {
namespace {

at::Tensor FlatObservation(const ObservationSpec& spec,
                           const at::Tensor& observed, at::ScalarType type) {
  const at::Tensor flat =
      observed.reshape({observed.size(0), spec.elements()});
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return flat.to(type) / 255.0;
    case ObservationKind::kTiles: {
      const at::Tensor categories =
          torch::arange(spec.categories(), flat.options());
      return flat.unsqueeze(-1).eq(categories).to(type).flatten(1);
    }
    case ObservationKind::kVector:
      return flat.to(type);
  }
  TORCH_CHECK(false, "unknown kind of observation");
}

}  // namespace

at::Tensor FlatFrame(const std::vector<ObservationSpec>& observations,
                     const NamedTensors& observed, at::ScalarType type) {
  std::vector<at::Tensor> flat;
  for (const ObservationSpec& spec : observations) {
    flat.push_back(FlatObservation(spec, observed[spec.name], type));
  }
  return flat.size() == 1 ? flat[0] : at::cat(flat, 1);
}

}  // namespace credo
