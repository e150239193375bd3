#include "sdk/tensor/precision.h"

#include <torch/types.h>

namespace credo {
namespace {

thread_local bool multiplies_in_bf16 = false;

}  // namespace

bool HasBf16() {
#if defined(__x86_64__) && defined(__GNUC__)
  // Whoever has AMX has these as well.
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

Bf16Products::Bf16Products(bool on) : before_(multiplies_in_bf16) {
  multiplies_in_bf16 = on;
}
Bf16Products::~Bf16Products() { multiplies_in_bf16 = before_; }

bool MultipliesInBf16() { return multiplies_in_bf16; }

at::Tensor LinearProduct(const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& bias) {
  if (!multiplies_in_bf16) {
    // Asked for here, as a conversion to what it is takes a microsecond.
    const bool fits = x.scalar_type() == weight.scalar_type();
    return at::linear(fits ? x : x.to(weight.scalar_type()), weight, bias);
  }
  return at::linear(x.to(at::kBFloat16), weight.to(at::kBFloat16))
             .to(x.scalar_type()) +
         bias;
}

}  // namespace credo
