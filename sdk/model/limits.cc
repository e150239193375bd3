#include "sdk/model/limits.h"

#include <algorithm>
#include <string>

namespace credo {

Status ConvolutionWork::Add(int64_t before, int64_t after, int64_t terms) {
  const int64_t numbers = std::max(before, after);
  if (numbers > kMaxNumbers) {
    return InvalidArgument("expected pictures of at most " +
                           std::to_string(kMaxNumbers) +
                           " numbers before and after a convolution, found " +
                           std::to_string(numbers));
  }
  multiplications_ += after * terms;
  if (multiplications_ <= kMaxMultiplications) return OkStatus();
  return InvalidArgument("expected convolutions of at most " +
                         std::to_string(kMaxMultiplications) +
                         " multiplications together, found more");
}

}  // namespace credo
