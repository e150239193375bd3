#include "agents/runs/initial_weights.h"

#include <torch/types.h>

#include <filesystem>

#include "agents/runs/run_folder.h"
#include "sdk/model/metadata.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {
namespace {

// Parameters as a checkpoint names them.
constexpr char kInCheckpoint[] = "learner.parameters.";

const NamedTensor* Find(const TensorFile& file, const std::string& name) {
  const NamedTensor* const tensor = file.Find(name);
  return tensor != nullptr ? tensor : file.Find(kInCheckpoint + name);
}

}  // namespace

std::string WeightFit::Unfit() const {
  std::string text;
  const auto add = [&](const std::vector<std::string>& names,
                       const std::string& why) {
    for (const std::string& name : names) {
      text += (text.empty() ? "" : ", ") + name + " (" + why + ")";
    }
  };
  add(missing, "missing");
  add(other_shape, "of another shape");
  return text;
}

WeightFit TakeInitialWeights(const TensorFile& file, bool partial,
                             Learner& learner) {
  WeightFit fit;
  std::vector<std::pair<at::Tensor, std::string>> taken;
  for (const Parameter& parameter : learner.parameters().list()) {
    const NamedTensor* const tensor = Find(file, parameter.name);
    if (tensor == nullptr) {
      fit.missing.push_back(parameter.name);
    } else if (tensor->shape != parameter.shape ||
               tensor->type != DType::kF32) {
      fit.other_shape.push_back(parameter.name);
    } else {
      fit.taken.push_back(parameter.name);
      taken.emplace_back(parameter.value, tensor->name);
    }
  }
  if (!partial && !fit.whole()) return fit;
  const torch::NoGradGuard no_grad;
  for (auto& [value, name] : taken) {
    at::Tensor floats = torch::empty(value.sizes(), torch::kFloat);
    const Status status = LoadTensor(file, name, floats);
    TORCH_CHECK(status.ok(), status.message());
    value.copy_(floats);
  }
  return fit;
}

Result<TensorFile> ReadInitialWeights(const std::string& run) {
  std::error_code error;
  if (!std::filesystem::is_directory(run, error)) {
    return ReadTensorFile(run, kModelContent);
  }
  const RunFolder folder(run);
  if (std::filesystem::exists(folder.model(), error)) {
    return ReadTensorFile(folder.model(), kModelContent);
  }
  return folder.ReadCheckpoint();
}

}  // namespace credo
