// What every processor of the target can run: SSE2, or NEON on 64-bit ARM.
#define CREDO_LANES 4
#define CREDO_ROWS 2
#define CREDO_WIDE 1
#include "sdk/runtime/kernels_body.inc"

#ifdef __aarch64__
CREDO_DEFINE_KERNELS(kBaselineKernels, "neon")
#else
CREDO_DEFINE_KERNELS(kBaselineKernels, "baseline")
#endif
