// A memory of slots that are written and read by address.
//
//   w_t = softmax_n(sharpness * Linear(h_t))
//   v_t = Linear(e_t) (+ MLP(e_t, h_t))
//   M_t[n] = M_{t-1}[n] + w_t[n] (v_t - M_{t-1}[n])
//   read(q) = softmax_n(sharpness * q) M
//
// The belief shows all of M.
#ifndef CREDO_MEMORY_ADDRESSED_H_
#define CREDO_MEMORY_ADDRESSED_H_

#include "memory/memory.h"

namespace credo {

struct AddressedOptions : Options {
  int64_t slots = 32;
  int64_t width = 32;
  double sharpness = 2.0;
  int64_t value_hidden = 0;
  void Visit(FieldVisitor& v) override;
};

MemoryPart AddressedMemory();

}  // namespace credo

#endif  // CREDO_MEMORY_ADDRESSED_H_
