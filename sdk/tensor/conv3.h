// A convolution of 3x3 cells that keeps the sides of its map.
#ifndef CREDO_SDK_TENSOR_CONV3_H_
#define CREDO_SDK_TENSOR_CONV3_H_

#include <ATen/core/Tensor.h>

#include "sdk/model/layers.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// x [F, H, W, I], weight [O, 3, 3, I or more], bias [O] or undefined -> [F, H,
// W, O]. Channels that `x` has fewer of, counted from the last, are zero and
// cost nothing.
at::Tensor Convolve3(const at::Tensor& x, const at::Tensor& weight,
                     const at::Tensor& bias);

class Conv3 {
 public:
  Conv3(Parameters& parameters, const Conv3Spec& spec);
  // With `shift` added to the start of the bias of outputs begin .. end - 1.
  Conv3(Parameters& parameters, const Conv3Spec& spec, double shift,
        int64_t begin, int64_t end);
  // See Convolve3.
  at::Tensor operator()(const at::Tensor& x) const;
  const at::Tensor& weight() const { return weight_->value; }
  // REQUIRES: it has one.
  const at::Tensor& bias() const { return bias_->value; }

 private:
  Parameter* weight_;
  Parameter* bias_;  // null without
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_CONV3_H_
