// Where a write over a whole sequence finds what it wrote before.
#ifndef CREDO_MEMORY_HISTORY_H_
#define CREDO_MEMORY_HISTORY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace credo {

// The contents of each row (character) before each step. All tensors are
// contiguous and of type Real, and live longer than this.
template <typename Real>
class History {
 public:
  // contents [B, ...] before step 0, keep [T, B] or undefined, after
  // [T, B, ...].
  History(const at::Tensor& contents, const at::Tensor& keep,
          const at::Tensor& after)
      : rows_(after.size(1)),
        size_(rows_ > 0 ? contents.numel() / rows_ : 0),
        contents_(contents.const_data_ptr<Real>()),
        keep_(keep.defined() ? keep.const_data_ptr<Real>() : nullptr),
        after_(after.const_data_ptr<Real>()),
        zeros_(keep.defined() ? size_ : 0) {}

  // Of one row.
  int64_t size() const { return size_; }

  // Whether the contents of row `b` were zeroed before the write of step `t`.
  bool IsReset(int64_t t, int64_t b) const {
    return keep_ != nullptr && keep_[t * rows_ + b] == 0;
  }

  // Of row `b` before the write of step `t`, zeros after a reset.
  const Real* Before(int64_t t, int64_t b) const {
    if (IsReset(t, b)) return zeros_.data();
    return t == 0 ? contents_ + b * size_
                  : after_ + ((t - 1) * rows_ + b) * size_;
  }

 private:
  int64_t rows_;
  int64_t size_;
  const Real* contents_;
  const Real* keep_;
  const Real* after_;
  std::vector<Real> zeros_;
};

}  // namespace credo

#endif  // CREDO_MEMORY_HISTORY_H_
