#include <algorithm>
#include <span>
#include <utility>

#include "sdk/model/frame_models.h"
#include "sdk/runtime/frame_model.h"

namespace credo::runtime {
namespace {

// The same frame everywhere.
class MeanFrame : public FrameModel {
 public:
  MeanFrame(FrameScales sigma, Buffer<float> mean)
      : sigma_(sigma), mean_(std::move(mean)) {}
  FrameScales scales() const override { return sigma_; }
  int64_t scratch() const override { return 0; }
  void Predict(const Kernels&, const float*, const float*, float*,
               float* predictions) const override {
    std::copy_n(mean_.data(), mean_.size(), predictions);
  }

 private:
  FrameScales sigma_;
  Buffer<float> mean_;
};

Result<std::unique_ptr<FrameModel>> Load(const Options& options,
                                         const Source& source,
                                         const FramePlace& place) {
  // What the file holds comes before memory for it.
  std::vector<std::span<const float>> frames;
  int64_t numbers = 0;
  for (const TensorSpec& spec : MeanFrameModel(place)) {
    CREDO_ASSIGN_OR_RETURN(frames.emplace_back(),
                           source.Tensor(spec.name, spec.shape));
    numbers += static_cast<int64_t>(frames.back().size());
  }
  CREDO_ASSIGN_OR_RETURN(
      Buffer<float> mean,
      Buffer<float>::Make(source.allocator, numbers, "the mean frame"));
  float* to = mean.data();
  for (const auto& frame : frames) to = std::ranges::copy(frame, to).out;
  return std::unique_ptr<FrameModel>(
      std::make_unique<MeanFrame>(As<MeanFrameOptions>(options).sigma,
                                  std::move(mean)));
}

}  // namespace

FrameModelPart MeanFramePart() {
  return {MeanFrameInfo(), Load};
}

}  // namespace credo::runtime
