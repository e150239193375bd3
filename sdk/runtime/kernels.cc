#include "sdk/runtime/kernels.h"

namespace credo::runtime {

extern const Kernels kBaselineKernels;
#ifdef __x86_64__
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

namespace {

struct Choice {
  const Kernels* list[3];
  size_t count = 0;

  Choice() {
#ifdef __x86_64__
    __builtin_cpu_init();
    const bool avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      list[count++] = &kAvx512Kernels;
    }
    if (avx2) list[count++] = &kAvx2Kernels;
#endif
    list[count++] = &kBaselineKernels;
  }
};

}  // namespace

std::span<const Kernels* const> AvailableKernels() {
  static const Choice choice;
  return {choice.list, choice.count};
}

}  // namespace credo::runtime
