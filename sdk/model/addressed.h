// The memory `addressed`: slots that are written and read by address.
//
//   w_t = softmax_n(sharpness * Linear(h_t))
//   v_t = Linear(e_t) (+ MLP(e_t, h_t))
//   M_t[n] = M_{t-1}[n] + w_t[n] (v_t - M_{t-1}[n])
//   read(q) = softmax_n(sharpness * q) M
//
// A convex step towards v_t at each slot: contents stay bounded, and a write
// with weight 1 overwrites. The belief may show all of M. Source: a soft form
// of writing by address, found to learn maps within minutes
// (docs/architecture.md).
#ifndef CREDO_SDK_MODEL_ADDRESSED_H_
#define CREDO_SDK_MODEL_ADDRESSED_H_

#include "sdk/model/memory_shape.h"

namespace credo {

struct AddressedOptions : Options {
  int64_t slots = 32;
  int64_t width = 32;
  double sharpness = 2.0;
  int64_t value_hidden = 0;
  void Visit(FieldVisitor& v) override;
};

// Field "slots" [N, W]
struct AddressedModel : MemoryModel<AddressedOptions> {
  AddressedModel(const AddressedOptions& options, const MemoryPlace& place);

  LinearSpec address;  // of the hidden state
  WrittenValue value;
};

PartInfo AddressedInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_ADDRESSED_H_
