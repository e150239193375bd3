// The contract of an encoder in the runtime: the twin of agents/encoder.h.
#ifndef CREDO_SDK_RUNTIME_ENCODER_H_
#define CREDO_SDK_RUNTIME_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/options.h"

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

// `observations` are those that agents see. The kinds mlp and conv.
Result<std::unique_ptr<Encoder>> LoadEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations);

Result<std::unique_ptr<Encoder>> LoadMlpEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations);
Result<std::unique_ptr<Encoder>> LoadConvEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations);

// One observation as spec.numbers() of network input: intensities in [0, 1], a
// one-hot per tile, vectors with finite bounds scaled to [-1, 1] and others as
// they are.
void WriteFlatInput(const Kernels& kernels, const ObservationSpec& spec,
                    const std::byte* observed, float* input);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_ENCODER_H_
