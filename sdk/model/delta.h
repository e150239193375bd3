// The memory `delta`: fast weights under a gated delta rule.
//
//   k_t = Linear(h_t) / |Linear(h_t)|            keys of length 1
//   v_t = Linear(e_t) + MLP(e_t, h_t)
//   a_t = sigmoid(Linear(h_t) + keep)            how much is kept
//   b_t = sigmoid(Linear(h_t))                   how much is written
//   M_t = a_t (M_{t-1} - b_t k_t (k_t' M_{t-1})) + b_t k_t v_t'
//   read(q) = (q / |q|)' M
//
// With a = b = 1, reading a key returns what was last written there, and
// orthogonal keys do not disturb each other: a Kanerva write whose gain needs
// no covariance. Source: Yang et al. 2024, "Gated Delta Networks", eq. 10, for
// one head.
#ifndef CREDO_SDK_MODEL_DELTA_H_
#define CREDO_SDK_MODEL_DELTA_H_

#include "sdk/model/memory_shape.h"

namespace credo {

struct DeltaOptions : Options {
  int64_t rows = 32;
  int64_t width = 32;
  double keep = 4.0;
  int64_t value_hidden = 64;
  void Visit(FieldVisitor& v) override;
};

// Field "matrix" [K, C], shown
struct DeltaModel : MemoryModel<DeltaOptions> {
  DeltaModel(const DeltaOptions& options, const MemoryPlace& place);

  LinearSpec key;    // of the hidden state
  LinearSpec gates;  // of the hidden state: a, then b
  WrittenValue value;
};

// The least length that a key or a query is divided by.
inline constexpr double kLeastLength = 1e-6;

PartInfo DeltaInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_DELTA_H_
