#include "sdk/runtime/probes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sdk/model/metadata.h"

namespace credo::runtime {
namespace {

// What all heads of a model share.
struct Reader {
  const LearnedOptions& learned;
  const Core& core;
  int64_t features;  // of the trunk
  bool queries;      // whether maps are asked for
};

Result<Probes::Head> LoadHead(const Source& source, const JsonTree& json,
                              const std::string& place,
                              const EnvironmentSpec& spec,
                              const Reader& reader, OptionsRead& read) {
  CREDO_ASSIGN_OR_RETURN(const Selection probe,
                         ReadPart(json, place, ProbeKinds(), &read));
  Result<ProbeModel> model =
      ProbeModel::Make(probe.kind, As<ProbeOptions>(*probe.options), spec,
                       reader.features);
  if (!model.ok()) return model.status().At(place);
  Probes::Head head{*std::move(model), {}, {}};
  if (reader.queries && IsReadByQuery(head.model.target)) {
    CREDO_ASSIGN_OR_RETURN(
        head.query,
        QueryProbe::Load(source,
                         QueryProbeModel(head.model.target,
                                         reader.core.recurrent_size(),
                                         reader.core.memory().shape(),
                                         reader.learned.probe_hidden),
                         reader.core.memory()));
    return head;
  }
  CREDO_ASSIGN_OR_RETURN(head.linear,
                         Linear::Load(source, head.model.linear));
  return head;
}

}  // namespace

Result<Probes> Probes::Load(const Source& source,
                            const LearnedOptions& learned,
                            const EnvironmentSpec& spec, const Core& core,
                            OptionsRead& read) {
  const std::string place = "metadata 'probes'";
  CREDO_ASSIGN_OR_RETURN(const std::string text,
                         source.file.Metadata(kModelProbes));
  CREDO_ASSIGN_OR_RETURN(const std::vector<JsonTree> options,
                         ParseObjects(text, place));
  Probes probes;
  if (options.empty()) return probes;
  probes.memory_ = &core.memory();
  const bool queries =
      learned.probe_reader == "query" && core.memory().shape().query > 0;
  const FlatReaderModel flat(
      learned.probe_hidden,
      queries ? core.recurrent_size() : core.belief_size());
  if (!learned.probe_hidden.empty()) {
    CREDO_ASSIGN_OR_RETURN(probes.trunk_, Mlp::Load(source, flat.trunk));
    probes.features_ = Padded(flat.features);
  }
  for (size_t i = 0; i < options.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(
        Head head, LoadHead(source, options[i], EntryPlace(place, i), spec,
                            {learned, core, flat.features, queries}, read));
    probes.predictions_ =
        std::max(probes.predictions_, Padded(head.model.predictions()));
    probes.heads_.push_back(std::move(head));
  }
  return probes;
}

int64_t Probes::IndexOf(std::string_view target) const {
  for (size_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i].model.target.name == target) return static_cast<int64_t>(i);
  }
  return -1;
}

int64_t Probes::scratch() const {
  int64_t most = trunk_ ? trunk_->scratch(1) : 0;
  for (const Head& head : heads_) {
    if (head.query) most = std::max(most, head.query->scratch(*memory_));
  }
  return features_ + predictions_ + most;
}

void Probes::Predict(const Kernels& kernels, const Head& head,
                     const float* belief, const float* contents,
                     float* scratch, float* predicted) const {
  float* const rest = scratch + features_ + predictions_;
  if (head.query) {
    (*head.query)(kernels, *memory_, belief, contents, rest, predicted);
    return;
  }
  FloatRows features = {const_cast<float*>(belief), 0};
  if (trunk_) {
    (*trunk_)(kernels, 1, features, {scratch, 0}, rest, /*relu=*/true);
    features = {scratch, 0};
  }
  head.linear(kernels, 1, features, {predicted, 0});
}

void Probes::Read(const Kernels& kernels, int64_t index, const float* belief,
                  const float* contents, float* scratch, float* out) const {
  const Head& head = heads_[index];
  float* const predicted = scratch + features_;
  Predict(kernels, head, belief, contents, scratch, predicted);
  const int64_t elements = head.model.target.elements();
  switch (head.model.kind) {
    case ProbeKind::kCells:
    case ProbeKind::kClass: {
      const int64_t categories = head.model.target.categories();
      std::copy_n(predicted, head.model.outputs, out);
      for (int64_t i = 0; i < elements; ++i) {
        kernels.softmax(categories, 1, out + i * categories);
      }
      return;
    }
    case ProbeKind::kReal:
      std::copy_n(predicted, elements, out);
      return;
    case ProbeKind::kCircular:
      // All cosines, then all sines.
      for (int64_t i = 0; i < elements; ++i) {
        out[i] = std::atan2(predicted[elements + i], predicted[i]);
      }
      return;
  }
}

}  // namespace credo::runtime
