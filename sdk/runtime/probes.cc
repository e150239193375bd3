#include "sdk/runtime/probes.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace credo::runtime {
namespace {

Result<Probes::Head> LoadHead(const Source& source, const Options& options,
                              const EnvironmentSpec& spec, int64_t features) {
  CREDO_ASSIGN_OR_RETURN(const std::string kind, options.Text("kind"));
  CREDO_ASSIGN_OR_RETURN(const std::string target, options.Text("target"));
  const int index = spec.IndexOf(target);
  if (index < 0) {
    return InvalidArgument(options.place() +
                           ": target: expected an observation of the world, "
                           "found '" +
                           target + "'");
  }
  Probes::Head head;
  head.target = spec.observations[index];
  const int64_t elements = head.target.elements();
  int64_t predictions = elements;
  head.outputs = elements;
  if (kind == "cells" || kind == "class") {
    if (head.target.kind != ObservationKind::kTiles) {
      return InvalidArgument(options.place() +
                             ": target: expected tiles, found '" + target +
                             "'");
    }
    head.kind = Probes::Kind::kCategories;
    head.outputs = predictions = head.target.numbers();
  } else if (kind == "circular") {
    head.kind = Probes::Kind::kCircular;
    predictions = 2 * elements;
  } else if (kind != "real") {
    return InvalidArgument(options.place() +
                           ": kind: expected cells, class, real or circular, "
                           "found '" +
                           kind + "'");
  }
  CREDO_ASSIGN_OR_RETURN(head.linear,
                         Linear::Load(source, "probes." + target, features,
                                      predictions));
  return head;
}

}  // namespace

Result<Probes> Probes::Load(const Source& source,
                            const std::vector<Options>& options,
                            const std::vector<int64_t>& hidden,
                            const EnvironmentSpec& spec, int64_t belief) {
  Probes probes;
  if (options.empty()) return probes;
  int64_t features = belief;
  if (!hidden.empty()) {
    CREDO_ASSIGN_OR_RETURN(probes.trunk_,
                           Mlp::Load(source, "probes.trunk", belief, hidden));
    features = probes.trunk_->out();
    probes.features_ = Padded(features);
  }
  for (const Options& each : options) {
    CREDO_ASSIGN_OR_RETURN(Head head, LoadHead(source, each, spec, features));
    probes.predictions_ =
        std::max(probes.predictions_, Padded(head.linear.out()));
    probes.heads_.push_back(std::move(head));
  }
  return probes;
}

int64_t Probes::IndexOf(std::string_view target) const {
  for (size_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i].target.name == target) return static_cast<int64_t>(i);
  }
  return -1;
}

int64_t Probes::scratch() const {
  return features_ + predictions_ + (trunk_ ? trunk_->scratch(1) : 0);
}

void Probes::Read(const Kernels& kernels, int64_t index, const float* belief,
                  float* scratch, float* out) const {
  FloatRows features = {const_cast<float*>(belief), 0};
  float* const predicted = scratch + features_;
  if (trunk_) {
    (*trunk_)(kernels, 1, features, {scratch, 0}, predicted + predictions_,
              /*relu=*/true);
    features = {scratch, 0};
  }
  const Head& head = heads_[index];
  head.linear(kernels, 1, features, {predicted, 0});
  const int64_t elements = head.target.elements();
  switch (head.kind) {
    case Kind::kCategories: {
      const int64_t categories = head.target.categories();
      std::copy_n(predicted, head.outputs, out);
      for (int64_t i = 0; i < elements; ++i) {
        kernels.softmax(categories, 1, out + i * categories);
      }
      return;
    }
    case Kind::kReal:
      std::copy_n(predicted, elements, out);
      return;
    case Kind::kCircular:
      // All cosines, then all sines.
      for (int64_t i = 0; i < elements; ++i) {
        out[i] = std::atan2(predicted[elements + i], predicted[i]);
      }
      return;
  }
}

}  // namespace credo::runtime
