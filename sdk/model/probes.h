// The probes: what is read off a belief, one observation of the world each.
//
//   reader flat   x = ReLU(MLP(belief)), which all probes share; without
//                 layers the belief itself
//   every probe   p = Linear(x)
//     cells       a softmax per element of tiles
//     class       the same for tiles of one element
//     real        a vector's entries as they are
//     circular    angles: all cosines, then all sines, of atan2(sin, cos)
#ifndef CREDO_SDK_MODEL_PROBES_H_
#define CREDO_SDK_MODEL_PROBES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/model/options.h"

namespace credo {

struct ProbeOptions : Options {
  std::string target;
  std::string seen;     // default: TARGET.seen when the world has it
  std::string visible;  // default: TARGET.visible when the world has it
  void Visit(FieldVisitor& v) override;
};

// The reader `flat`: all columns of the belief side by side.
struct FlatReaderModel {
  // `hidden`: units of each of its layers; `belief`: D.
  FlatReaderModel(const std::vector<int64_t>& hidden, int64_t belief);

  MlpSpec trunk;         // ReLU after the last layer too; may have no layers
  int64_t features = 0;  // numbers that a probe sees
};

enum class ProbeKind : uint8_t { kCells, kClass, kReal, kCircular };

struct ProbeModel {
  // `kind` is one of ProbeKinds(). Fails when the target is no observation of
  // `spec`, or one that this kind does not read.
  static Result<ProbeModel> Make(const std::string& kind,
                                 const ProbeOptions& options,
                                 const EnvironmentSpec& spec,
                                 int64_t features);

  // Numbers of p.
  int64_t predictions() const { return linear.out; }

  ProbeKind kind = ProbeKind::kReal;
  ObservationSpec target;
  // Numbers that are read: a probability per element and category, a number or
  // an angle in radians per element.
  int64_t outputs = 0;
  LinearSpec linear;  // "probes.TARGET"
};

PartInfo CellsProbeInfo();
PartInfo ClassProbeInfo();
PartInfo RealProbeInfo();
PartInfo CircularProbeInfo();
PartCatalog ProbeKinds();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_PROBES_H_
