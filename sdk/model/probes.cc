#include "sdk/model/probes.h"

#include <memory>
#include <stdexcept>

namespace credo {
namespace {

const char* KindName(ObservationKind kind) {
  switch (kind) {
    case ObservationKind::kPicture: return "a picture";
    case ObservationKind::kTiles: return "tiles";
    case ObservationKind::kVector: return "a vector";
  }
  return "unknown";
}

ProbeKind KindOf(const std::string& name) {
  if (name == "cells") return ProbeKind::kCells;
  if (name == "class") return ProbeKind::kClass;
  if (name == "real") return ProbeKind::kReal;
  if (name == "circular") return ProbeKind::kCircular;
  throw std::logic_error("no probe of kind '" + name + "' is listed");
}

std::unique_ptr<Options> Defaults() {
  return std::make_unique<ProbeOptions>();
}

}  // namespace

void ProbeOptions::Visit(FieldVisitor& v) {
  v.Text("target", target, "the privileged observation to read off");
  v.Text("seen", seen,
         ForLearning("the mask of what was seen so far; empty: TARGET.seen if "
                     "there is one"));
  v.Text("visible", visible,
         ForLearning("the mask of what is in view now; empty: TARGET.visible "
                     "if there is one"));
}

FlatReaderModel::FlatReaderModel(const std::vector<int64_t>& hidden,
                                 int64_t belief)
    : trunk{"probes.trunk", belief, hidden},
      features(hidden.empty() ? belief : hidden.back()) {}

Result<ProbeModel> ProbeModel::Make(const std::string& kind,
                                    const ProbeOptions& options,
                                    const EnvironmentSpec& spec,
                                    int64_t features) {
  ProbeModel model;
  model.kind = KindOf(kind);
  const int index = spec.IndexOf(options.target);
  if (index < 0) {
    return InvalidArgument(
        "target: expected an observation of the world, found '" +
        options.target + "'");
  }
  model.target = spec.observations[index];
  const bool tiles =
      model.kind == ProbeKind::kCells || model.kind == ProbeKind::kClass;
  const ObservationKind read =
      tiles ? ObservationKind::kTiles : ObservationKind::kVector;
  if (model.target.kind != read) {
    return InvalidArgument("target: expected " + std::string(KindName(read)) +
                           ", found '" + options.target + "', which is " +
                           KindName(model.target.kind));
  }
  const int64_t elements = model.target.elements();
  if (model.kind == ProbeKind::kClass && elements != 1) {
    return InvalidArgument("target: expected a single class, found '" +
                           options.target + "' of shape " +
                           ShapeText(model.target.shape) +
                           "; kind 'cells' reads maps");
  }
  model.outputs = tiles ? model.target.numbers() : elements;
  model.linear = {"probes." + options.target, features,
                  model.kind == ProbeKind::kCircular ? 2 * elements
                                                     : model.outputs};
  return model;
}

PartInfo CellsProbeInfo() {
  return {"cells", "the category of each cell of a map", Defaults};
}
PartInfo ClassProbeInfo() { return {"class", "one category", Defaults}; }
PartInfo RealProbeInfo() {
  return {"real", "real numbers, by squared error", Defaults};
}
PartInfo CircularProbeInfo() {
  return {"circular", "angles in radians, by direction", Defaults};
}

PartCatalog ProbeKinds() {
  return {CellsProbeInfo(), ClassProbeInfo(), RealProbeInfo(),
          CircularProbeInfo()};
}

}  // namespace credo
