// AVX-512 F, BW, DQ and VL.
#define CREDO_LANES 16
#define CREDO_ROWS 12
#define CREDO_WIDE 4
#include "sdk/runtime/kernels_body.inc"

CREDO_DEFINE_KERNELS(kAvx512Kernels, "avx512")
