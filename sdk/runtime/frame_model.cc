#include <algorithm>
#include <utility>

#include "sdk/runtime/simulator.h"

namespace credo::runtime {
namespace {

class Deterministic : public FrameModel {
 public:
  explicit Deterministic(Mlp mlp) : mlp_(std::move(mlp)) {}
  int64_t scratch() const override { return mlp_.scratch(1); }
  void Predict(const Kernels& kernels, float* state, float* scratch,
               float* predictions) const override {
    mlp_(kernels, 1, {state, 0}, {predictions, 0}, scratch);
  }

 private:
  Mlp mlp_;
};

// The same frame everywhere.
class MeanFrame : public FrameModel {
 public:
  explicit MeanFrame(Buffer<float> mean) : mean_(std::move(mean)) {}
  int64_t scratch() const override { return 0; }
  void Predict(const Kernels&, float*, float*,
               float* predictions) const override {
    std::copy_n(mean_.data(), mean_.size(), predictions);
  }

 private:
  Buffer<float> mean_;
};

Result<std::unique_ptr<FrameModel>> LoadMeanFrame(
    const Source& source, const std::string& name, int64_t outputs,
    const std::vector<ObservationSpec>& observations) {
  // What the file holds comes before memory for it.
  std::vector<std::span<const float>> frames;
  for (const ObservationSpec& spec : observations) {
    CREDO_ASSIGN_OR_RETURN(
        frames.emplace_back(),
        source.Tensor(name + "." + spec.name, {spec.numbers()}));
  }
  CREDO_ASSIGN_OR_RETURN(
      Buffer<float> mean,
      Buffer<float>::Make(source.allocator, outputs, "the mean frame"));
  float* to = mean.data();
  for (const auto& frame : frames) to = std::ranges::copy(frame, to).out;
  return std::unique_ptr<FrameModel>(
      std::make_unique<MeanFrame>(std::move(mean)));
}

}  // namespace

Result<std::unique_ptr<FrameModel>> LoadFrameModel(
    const Source& source, const Options& options, const std::string& name,
    int64_t inputs, const std::vector<ObservationSpec>& observations) {
  CREDO_ASSIGN_OR_RETURN(const std::string kind, options.Text("kind"));
  int64_t outputs = 0;
  for (const ObservationSpec& spec : observations) outputs += spec.numbers();
  if (kind == "mean_frame") {
    return LoadMeanFrame(source, name, outputs, observations);
  }
  if (kind == "deterministic") {
    CREDO_ASSIGN_OR_RETURN(std::vector<int64_t> sizes,
                           options.Ints("hidden", 1, 8192));
    sizes.push_back(outputs);
    CREDO_ASSIGN_OR_RETURN(Mlp mlp, Mlp::Load(source, name, inputs, sizes));
    return std::unique_ptr<FrameModel>(
        std::make_unique<Deterministic>(std::move(mlp)));
  }
  return InvalidArgument(options.place() +
                         ": kind: expected mean_frame or deterministic, found "
                         "'" +
                         kind + "'");
}

}  // namespace credo::runtime
