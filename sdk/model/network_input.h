// Observations as the first layer of a network reads them.
#ifndef CREDO_SDK_MODEL_NETWORK_INPUT_H_
#define CREDO_SDK_MODEL_NETWORK_INPUT_H_

#include <cstdint>
#include <string>

#include "sdk/base/spec.h"
#include "sdk/model/options.h"

namespace credo {

// One observation as observation.numbers() of input: intensities in [0, 1], a
// one-hot per tile, vectors with finite bounds scaled to [-1, 1] and others as
// they are. Where it is standardised, each of these numbers x then becomes
//
//   (x - mean) / max(deviation, floor)
//
// with the mean and deviation that it had in the first frames of training: of
// a camera's pixels most differ little from frame to frame, and what differs
// is what there is to see. Tensors "NAME.mean" and "NAME.deviation" [numbers].
struct InputSpec {
  // `updates`: option "standardise" of an encoder. Tiles stay as they are.
  InputSpec(std::string name, const ObservationSpec& observation,
            int64_t updates);

  std::string mean() const { return name + ".mean"; }
  std::string deviation() const { return name + ".deviation"; }
  bool standardised() const { return updates > 0; }
  // The least deviation that a number is divided by: what hardly moves is not
  // made loud.
  float floor() const;

  std::string name;
  ObservationSpec observation;
  int64_t updates = 0;  // whose frames tell mean and deviation
};

// Option "standardise" of an encoder.
void VisitStandardise(FieldVisitor& v, int64_t& updates);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_NETWORK_INPUT_H_
