// The kernels that every test of them walks, and numbers to try them with.
#ifndef CREDO_TESTS_SDK_RUNTIME_TESTED_KERNELS_H_
#define CREDO_TESTS_SDK_RUNTIME_TESTED_KERNELS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/runtime/kernels.h"

namespace credo::runtime {

extern const Kernels kWideKernels;

// Those of this machine, and the loops of the widest set in what it has.
inline std::vector<const Kernels*> TestedKernels() {
  std::vector<const Kernels*> kernels(AvailableKernels().begin(),
                                      AvailableKernels().end());
  kernels.push_back(&kWideKernels);
  return kernels;
}

inline std::vector<float> RandomFloats(const std::string& name,
                                       int64_t count) {
  Draws draws = RandomStream(3, name).At(0, 0);
  std::vector<float> floats(static_cast<size_t>(count));
  for (float& value : floats) value = static_cast<float>(draws.Normal());
  return floats;
}

}  // namespace credo::runtime

#endif  // CREDO_TESTS_SDK_RUNTIME_TESTED_KERNELS_H_
