// The loops of AVX-512 in whatever the machine that tests has: its tiles are of
// other sizes than those of narrower sets, and few machines could run them.
#define CREDO_LANES 16
#define CREDO_ROWS 12
#define CREDO_WIDE 4
#include "sdk/runtime/kernels_body.inc"

CREDO_DEFINE_KERNELS(kWideKernels, "wide")
