// The contract of an encoder in the runtime: the twin of
// agents/networks/encoder.h. What encoders are made of stands in sdk/model/.
#ifndef CREDO_SDK_RUNTIME_ENCODER_H_
#define CREDO_SDK_RUNTIME_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class Encoder {
 public:
  virtual ~Encoder() = default;
  // E, numbers of an encoding.
  virtual int64_t size() const = 0;
  // Floats of scratch for so many rows.
  virtual int64_t scratch(int64_t rows) const = 0;
  // `observed[row * n + i]` is observation i of n, as the world has it.
  // Padded(size()) floats per row go to `encoded`.
  virtual void Encode(const Kernels& kernels, int64_t rows,
                      const std::byte* const* observed, float* scratch,
                      FloatRows encoded) const = 0;
};

struct EncoderPart {
  PartInfo info;
  // `name`: of its weights; `observations`: those that agents see.
  std::function<Result<std::unique_ptr<Encoder>>(
      const Options&, const Source&, const std::string& name,
      const std::vector<ObservationSpec>& observations)>
      make;
};

// mlp, conv. A host's own build adds to its copy.
std::vector<EncoderPart> Encoders();

EncoderPart MlpEncoderPart();
EncoderPart ConvEncoderPart();

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_ENCODER_H_
