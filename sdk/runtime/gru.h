// One step of a GRU: the twin of sdk/tensor/gru.h.
#ifndef CREDO_SDK_RUNTIME_GRU_H_
#define CREDO_SDK_RUNTIME_GRU_H_

#include <cstdint>

#include "sdk/base/status.h"
#include "sdk/model/layers.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class Gru {
 public:
  static Result<Gru> Load(const Source& source, const GruSpec& spec);

  int64_t size() const { return size_; }
  int64_t scratch(int64_t rows) const {
    return rows * (Padded(size_) + 2 * Padded(3 * size_));
  }

  // `inputs` holds the input of each row; hidden[row] [H] is replaced.
  void Step(const Kernels& kernels, int64_t rows, FloatRows inputs,
            float* const* hidden, float* scratch) const;

 private:
  int64_t size_ = 0;
  Linear input_;
  Linear recurrent_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_GRU_H_
