#include <algorithm>
#include "examples/own_memory/echo.h"
#include "sdk/runtime/memory.h"

namespace credo::runtime {

struct Echo : Memory {
  explicit Echo(const EchoModel& m)
      : Memory(m.shape), width(m.options.width) {}
  Status Load(const EchoModel& model, const Source& source) {
    CREDO_ASSIGN_OR_RETURN(value, Linear::Load(source, model.value));
    return OkStatus();
  }
  int64_t write_scratch(int64_t rows) const override {
    return rows * Padded(width);
  }
  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows, float* const* contents, float* scratch) const override {
    const FloatRows values = {scratch, Padded(width)};
    value(kernels, rows, encoded, values);
    for (int64_t row = 0; row < rows; ++row) {
      kernels.write(1, width, &kEchoRate, values[row], contents[row]);
    }
  }
  void Read(const Kernels&, const float* contents, int64_t count, float*,
            float* read, float*) const override {
    for (; count > 0; --count) read = std::copy_n(contents, width, read);
  }
  int64_t width;
  Linear value;
};

MemoryPart EchoMemory() { return PartOf<Echo, EchoModel>(EchoInfo()); }

}  // namespace credo::runtime
