// AVX2 and FMA.
#define CREDO_LANES 8
#define CREDO_ROWS 6
#define CREDO_WIDE 4
#include "sdk/runtime/kernels_body.inc"

CREDO_DEFINE_KERNELS(kAvx2Kernels, "avx2")
