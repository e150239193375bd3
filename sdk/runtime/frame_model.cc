#include "sdk/runtime/frame_model.h"

#include <algorithm>

#include "sdk/base/fast_math.h"
#include "sdk/model/frame_models.h"

namespace credo::runtime {

std::vector<FrameModelPart> FrameModels() {
  return {MeanFramePart(), DeterministicPart(), LatentPart(), ConvDrawPart(),
          {CpcInfo(), nullptr}};
}

Status AtLoss(const Status& status, const FramePlace& place) {
  return status.At("'" + place.name.substr(0, place.name.rfind('.')) + "'");
}

void SampleLatents(int64_t latents, const float* moments, const float* noise,
                   float* z) {
  if (noise == nullptr) {
    std::copy_n(moments, latents, z);
    return;
  }
  for (int64_t i = 0; i < latents; ++i) {
    const float log_deviation =
        std::clamp(moments[latents + i],
                   static_cast<float>(kLeastLogDeviation),
                   static_cast<float>(kMostLogDeviation));
    z[i] = moments[i] + noise[i] * FastExp(log_deviation);
  }
}

}  // namespace credo::runtime
