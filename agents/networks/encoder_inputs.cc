#include "agents/networks/encoder_inputs.h"

#include <torch/types.h>

#include <cmath>

namespace credo {

at::Tensor FlatInput(const ObservationSpec& spec, const at::Tensor& observed) {
  const at::Tensor flat =
      observed.reshape({observed.size(0), spec.elements()});
  switch (spec.kind) {
    case ObservationKind::kPicture:
      return flat.to(at::kFloat) / 255.0;
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

}  // namespace credo
