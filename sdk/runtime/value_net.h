// What most memories write at each step: the twin of memory/value_net.h.
#ifndef CREDO_SDK_RUNTIME_VALUE_NET_H_
#define CREDO_SDK_RUNTIME_VALUE_NET_H_

#include <cstdint>
#include <optional>

#include "sdk/base/status.h"
#include "sdk/model/memory_shape.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class ValueNet {
 public:
  static Result<ValueNet> Load(const Source& source, const WrittenValue& value);

  int64_t scratch(int64_t rows) const;
  // Padded(width) floats per row go to `values`.
  void operator()(const Kernels& kernels, int64_t rows, FloatRows encoded,
                  FloatRows hidden, FloatRows values, float* scratch) const;

 private:
  Linear linear_;
  std::optional<Mlp> mlp_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_VALUE_NET_H_
