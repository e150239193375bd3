#include "agents/probes/probe_net.h"

#include <torch/types.h>

#include <utility>

namespace credo {

Result<std::vector<std::unique_ptr<ProbeHead>>> MakeProbeHeads(
    const std::vector<Selection>& probes,
    const std::vector<ProbePart>& parts,
    const EnvironmentSpec& spec) {
  std::vector<std::unique_ptr<ProbeHead>> heads;
  for (size_t i = 0; i < probes.size(); ++i) {
    const ProbePart* part = FindPart(parts, probes[i].kind);
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

ProbeReader ReaderOf(const ProbingOptions& options) {
  return options.reader == "query" ? ProbeReader::kQuery : ProbeReader::kFlat;
}

ProbeView ProbeView::Flat() const {
  return {features.flatten(0, -2),
          contents.defined() ? contents.flatten(0, -2) : contents};
}

ProbeView ProbeView::Rows(const at::Tensor& indices) const {
  const ProbeView flat = Flat();
  return {flat.features.index_select(0, indices),
          flat.contents.defined() ? flat.contents.index_select(0, indices)
                                  : flat.contents};
}

ProbeView ProbeView::Detached() const {
  return {features.detach(),
          contents.defined() ? contents.detach() : contents};
}

ProbeNet::ProbeNet(const ProbingOptions& options, ProbeReader reader,
                   std::vector<std::unique_ptr<ProbeHead>> heads,
                   const ProbedShape& shape, uint64_t seed)
    : reader_(shape.memory != nullptr && shape.memory->shape().query > 0
                  ? reader
                  : ProbeReader::kFlat),
      trunk_inputs_(reader_ == ProbeReader::kFlat ? shape.features
                                                  : shape.recurrent),
      recurrent_(shape.recurrent),
      heads_(std::move(heads)) {
  TORCH_CHECK(!heads_.empty(), "ProbeNet without heads");
  int64_t features = trunk_inputs_;
  if (!options.hidden.empty()) {
    trunk_ = std::make_unique<Mlp>(parameters_, "probes.trunk", trunk_inputs_,
                                   options.hidden);
    features = trunk_->outputs();
  }
  for (const auto& head : heads_) {
    Output output;
    if (reader_ == ProbeReader::kQuery && IsReadByQuery(head->target())) {
      output.query = std::make_unique<QueryProbe>(
          parameters_,
          QueryProbeModel(head->target(), recurrent_, shape.memory->shape(),
                          options.hidden),
          *shape.memory);
    } else {
      output.linear.emplace(parameters_, "probes." + head->target().name,
                            features, head->predictions());
    }
    outputs_.push_back(std::move(output));
  }
  parameters_.Allocate(seed);
  adam_ = std::make_unique<Adam>(parameters_.size(),
                                 AdamOptions{.beta2 = 0.99, .epsilon = 1e-8});
}

std::vector<at::Tensor> ProbeNet::Predict(const ProbeView& rows) const {
  at::Tensor hidden = rows.features.narrow(-1, 0, trunk_inputs_);
  if (trunk_) hidden = at::relu((*trunk_)(hidden));
  std::vector<at::Tensor> predictions;
  for (const Output& output : outputs_) {
    predictions.push_back(
        output.linear
            ? (*output.linear)(hidden)
            : (*output.query)(rows.features.narrow(-1, 0, recurrent_),
                              rows.contents));
  }
  return predictions;
}

std::vector<at::Tensor> ProbeNet::Losses(const ProbeView& rows,
                                         const NamedTensors& truth) const {
  const std::vector<at::Tensor> predictions = Predict(rows);
  std::vector<at::Tensor> losses;
  for (size_t i = 0; i < heads_.size(); ++i) {
    losses.push_back(
        heads_[i]
            ->Loss(predictions[i], truth[heads_[i]->target().name])
            .mean());
  }
  return losses;
}

void ProbeNet::Step(double learning_rate) {
  adam_->Update(learning_rate, parameters_.gradients(), parameters_.values());
  parameters_.ZeroGradients();
}

void ProbeNet::Step(const at::Tensor& learning_rate) {
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
