// In which precision layers multiply.
#ifndef CREDO_SDK_TENSOR_PRECISION_H_
#define CREDO_SDK_TENSOR_PRECISION_H_

#include <ATen/core/Tensor.h>

namespace credo {

// Whether this processor multiplies bf16 at least twice as fast as f32: AMX or
// AVX512-BF16. Elsewhere it would be slower.
bool HasBf16();

// While one lives, the layers that this thread runs round what they multiply
// and what comes out to bf16 (8 bits of precision), forward and backward, and
// add in f32. Parameters, the recurrence, memories and losses stay f32.
class Bf16Products {
 public:
  explicit Bf16Products(bool on);
  ~Bf16Products();
  Bf16Products(const Bf16Products&) = delete;
  Bf16Products& operator=(const Bf16Products&) = delete;

 private:
  bool before_;
};

bool MultipliesInBf16();

// x [..., in], weight [out, in], bias [out] -> [..., out], of the type of the
// weight.
at::Tensor LinearProduct(const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_PRECISION_H_
