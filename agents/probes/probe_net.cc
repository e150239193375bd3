#include "agents/probes/probe_net.h"

#include <torch/torch.h>

#include <utility>

namespace credo {

Result<std::vector<std::unique_ptr<ProbeHead>>> MakeProbeHeads(
    const std::vector<Selection>& probes, const Parts& parts,
    const EnvironmentSpec& spec) {
  std::vector<std::unique_ptr<ProbeHead>> heads;
  for (size_t i = 0; i < probes.size(); ++i) {
    const ProbePart* part = FindPart(parts.probes, probes[i].kind);
    TORCH_CHECK(part != nullptr, "no probe named ", probes[i].kind);
    Result<std::unique_ptr<ProbeHead>> head =
        part->make(*probes[i].options, spec);
    if (!head.ok()) {
      return head.status().At("probes[" + std::to_string(i) + "]");
    }
    for (const auto& other : heads) {
      if (other->target().name == (*head)->target().name) {
        return InvalidArgument("probes[" + std::to_string(i) +
                               "]: target: expected one that no other probe "
                               "reads, found '" +
                               other->target().name + "' again");
      }
    }
    heads.push_back(*std::move(head));
  }
  return heads;
}

ProbeNet::ProbeNet(const ProbingOptions& options,
                   std::vector<std::unique_ptr<ProbeHead>> heads,
                   int64_t inputs, uint64_t seed)
    : heads_(std::move(heads)) {
  TORCH_CHECK(!heads_.empty(), "ProbeNet without heads");
  int64_t features = inputs;
  if (!options.hidden.empty()) {
    trunk_ = std::make_unique<Mlp>(parameters_, "probes.trunk", inputs,
                                   options.hidden);
    features = trunk_->outputs();
  }
  for (const auto& head : heads_) {
    outputs_.emplace_back(parameters_, "probes." + head->target().name,
                          features, head->predictions());
  }
  parameters_.Allocate(seed);
  adam_ = std::make_unique<Adam>(parameters_.size(),
                                 AdamOptions{.beta2 = 0.99, .epsilon = 1e-8});
}

std::vector<at::Tensor> ProbeNet::Predict(const at::Tensor& features) const {
  const at::Tensor hidden = trunk_ ? at::relu((*trunk_)(features)) : features;
  std::vector<at::Tensor> predictions;
  for (const Linear& output : outputs_) predictions.push_back(output(hidden));
  return predictions;
}

at::Tensor ProbeNet::Loss(const at::Tensor& features,
                          const NamedTensors& truth) const {
  const std::vector<at::Tensor> predictions = Predict(features);
  at::Tensor total;
  for (size_t i = 0; i < heads_.size(); ++i) {
    const at::Tensor loss =
        heads_[i]->Loss(predictions[i], truth[heads_[i]->target().name])
            .mean();
    total = total.defined() ? total + loss : loss;
  }
  return total;
}

void ProbeNet::Step(double learning_rate) {
  adam_->Update(learning_rate, parameters_.gradients(), parameters_.values());
  parameters_.ZeroGradients();
}

void ProbeNet::Save(const std::string& prefix, TensorFile& file) const {
  parameters_.Save(prefix, file);
  adam_->Save(prefix + "adam.", file);
}

Status ProbeNet::Load(const std::string& prefix, const TensorFile& file) {
  CREDO_RETURN_IF_ERROR(parameters_.Load(prefix, file));
  return adam_->Load(prefix + "adam.", file);
}

}  // namespace credo
