// What a model may ask of whoever ticks it, beyond what its file holds: a file
// of a megabyte could else ask for gigabytes of memory, or for hours. Trainer
// and runtime refuse more.
#ifndef CREDO_SDK_MODEL_LIMITS_H_
#define CREDO_SDK_MODEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "sdk/base/status.h"

namespace credo {

// Entries of a list of options, parts included.
inline constexpr size_t kMaxListEntries = 64;

// Golden records, which are ticked at every load.
inline constexpr int64_t kMaxGoldenRecords = 16;

// Channels of a convolution as the runtime computes them.
constexpr int64_t PaddedChannels(int64_t channels) {
  return (channels + 15) / 16 * 16;
}

// What the convolutions of an agent take, all pictures together, with padded
// channels.
class ConvolutionWork {
 public:
  static constexpr int64_t kMaxNumbers = int64_t{1} << 23;
  static constexpr int64_t kMaxMultiplications = int64_t{1} << 31;

  // Adds a convolution from `before` numbers, 1 or more, to `after`, each a sum
  // of `terms`, at most `before`. kInvalidArgument when there are more than
  // kMaxNumbers before or after it, or all convolutions so far take more than
  // kMaxMultiplications.
  Status Add(int64_t before, int64_t after, int64_t terms);

 private:
  int64_t multiplications_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_LIMITS_H_
