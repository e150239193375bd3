#include "simcore/conv_draw.h"
#include "simcore/cpc.h"
#include "simcore/deterministic.h"
#include "simcore/frame_model.h"
#include "simcore/latent.h"
#include "simcore/mean_frame.h"

namespace credo {

void FrameModel::Save(const std::string&, TensorFile&) const {}

Status FrameModel::Load(const std::string&, const TensorFile&) {
  return OkStatus();
}

std::vector<FrameModelPart> FrameModels() {
  return {MeanFramePart(), DeterministicPart(), LatentPart(), ConvDrawPart(),
          CpcPart()};
}

}  // namespace credo
