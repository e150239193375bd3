// The memory `slots`: what was seen at each step, found again by content.
//
//   v_t = Linear(e_t) + MLP(e_t, h_t)
//   M[t mod N] = v_t
//   read(q) = sum_n a_n M[n],  a = softmax_n(b cos(k, key of M[n]))
//             over the rows that were written; zeros when none was
//
// A query is [k, s] with b = softplus(s + strength); the key of a row are its
// first `key` numbers. cos(a, b) = a b / (|a| |b| + 1e-6). Source: Wayne et al.
// 2018 ("Unsupervised Predictive Memory in a Goal-Directed Agent", MERLIN),
// without the retroactive half; rows are overwritten by age.
#ifndef CREDO_SDK_MODEL_SLOTS_H_
#define CREDO_SDK_MODEL_SLOTS_H_

#include "sdk/model/memory_shape.h"

namespace credo {

struct SlotsOptions : Options {
  int64_t slots = 64;
  int64_t width = 32;
  int64_t key = 12;
  double strength = 5.0;
  int64_t value_hidden = 64;
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;
};

// Fields "rows" [N, W], all shown, and "count" [2]: the row that is written
// next, and how many were written, at most N. Whole numbers.
struct SlotsModel : MemoryModel<SlotsOptions> {
  SlotsModel(const SlotsOptions& options, const MemoryPlace& place);

  WrittenValue value;
};

// Added to the product of two lengths in a cosine: a row of zeros is like
// nothing, and no division fails. Source: Graves et al. 2016 (DNC).
inline constexpr double kCosineEpsilon = 1e-6;

PartInfo SlotsInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_SLOTS_H_
