#include <torch/types.h>

#include <vector>

#include "simcore/conv_draw.h"
#include "simcore/cpc.h"
#include "simcore/deterministic.h"
#include "simcore/frame_model.h"
#include "simcore/latent.h"
#include "simcore/mean_frame.h"

namespace credo {

at::Tensor FrameIds(const std::vector<FrameId>& ids) {
  std::vector<int64_t> numbers;
  for (const FrameId& id : ids) {
    numbers.insert(numbers.end(), {id.column, id.time, id.episode});
  }
  return torch::tensor(numbers, torch::kLong).view({-1, 3});
}

void FrameModel::Save(const std::string&, TensorFile&) const {}

Status FrameModel::Load(const std::string&, const TensorFile&) {
  return OkStatus();
}

std::vector<FrameModelPart> FrameModels() {
  return {MeanFramePart(), DeterministicPart(), LatentPart(), ConvDrawPart(),
          CpcPart()};
}

}  // namespace credo
