#include "sdk/model/delta.h"

#include <algorithm>
#include <cmath>

#include "sdk/base/fast_math.h"
#include "sdk/runtime/memory.h"
#include "sdk/runtime/value_net.h"

namespace credo::runtime {
namespace {

// Divides by the length.
void Normalise(const Kernels& kernels, int64_t size, float* vector) {
  float square;
  kernels.squares(1, size, size, vector, &square);
  const float length =
      std::max(std::sqrt(square), static_cast<float>(kLeastLength));
  for (int64_t i = 0; i < size; ++i) vector[i] /= length;
}

class Delta : public Memory {
 public:
  explicit Delta(const DeltaModel& model)
      : Memory(model.shape),
        rows_(model.options.rows),
        width_(model.options.width),
        keep_(static_cast<float>(model.options.keep)) {}

  Status Load(const DeltaModel& model, const Source& source) {
    CREDO_ASSIGN_OR_RETURN(key_, Linear::Load(source, model.key));
    CREDO_ASSIGN_OR_RETURN(gates_, Linear::Load(source, model.gates));
    CREDO_ASSIGN_OR_RETURN(value_, ValueNet::Load(source, model.value));
    return OkStatus();
  }

  int64_t write_scratch(int64_t rows) const override {
    return rows * (Padded(rows_) + Padded(2) + Padded(width_)) +
           Padded(width_) + value_.scratch(rows);
  }

  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows hidden, float* const* contents,
             float* scratch) const override {
    const FloatRows keys = {scratch, Padded(rows_)};
    const FloatRows gates = {keys.data + rows * keys.stride, Padded(2)};
    const FloatRows values = {gates.data + rows * gates.stride,
                              Padded(width_)};
    float* const held = values.data + rows * values.stride;
    key_(kernels, rows, hidden, keys);
    gates_(kernels, rows, hidden, gates);
    value_(kernels, rows, encoded, hidden, values, held + Padded(width_));
    for (int64_t row = 0; row < rows; ++row) {
      float* const key = keys[row];
      Normalise(kernels, rows_, key);
      const float kept = FastSigmoid(gates[row][0] + keep_);
      const float written = FastSigmoid(gates[row][1]);
      kernels.read(rows_, width_, key, contents[row], held);
      // a (M - b k held') + b k v' = a M + k (b (v - a held))'.
      for (int64_t i = 0; i < width_; ++i) {
        held[i] = written * (values[row][i] - kept * held[i]);
      }
      kernels.update(rows_, width_, kept, key, held, contents[row]);
    }
  }

  void Read(const Kernels& kernels, const float* contents, int64_t count,
            float* queries, float* read, float*) const override {
    for (int64_t i = 0; i < count; ++i, queries += rows_, read += width_) {
      Normalise(kernels, rows_, queries);
      kernels.read(rows_, width_, queries, contents, read);
    }
  }

 private:
  int64_t rows_;  // of the matrix
  int64_t width_;
  float keep_;
  Linear key_;
  Linear gates_;
  ValueNet value_;
};

}  // namespace

MemoryPart DeltaMemory() {
  return PartOf<Delta, DeltaModel>(DeltaInfo());
}

}  // namespace credo::runtime
