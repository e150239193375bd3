#include "sdk/model/addressed.h"


#include "sdk/runtime/memory.h"
#include "sdk/runtime/value_net.h"

namespace credo::runtime {
namespace {

class Addressed : public Memory {
 public:
  explicit Addressed(const AddressedModel& model)
      : Memory(model.shape),
        slots_(model.options.slots),
        width_(model.options.width),
        sharpness_(static_cast<float>(model.options.sharpness)) {}

  Status Load(const AddressedModel& model, const Source& source) {
    CREDO_ASSIGN_OR_RETURN(address_, Linear::Load(source, model.address));
    CREDO_ASSIGN_OR_RETURN(value_, ValueNet::Load(source, model.value));
    return OkStatus();
  }

  int64_t write_scratch(int64_t rows) const override {
    return rows * (Padded(slots_) + Padded(width_)) + value_.scratch(rows);
  }

  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows hidden, float* const* contents,
             float* scratch) const override {
    const FloatRows weights = {scratch, Padded(slots_)};
    const FloatRows values = {scratch + rows * weights.stride, Padded(width_)};
    address_(kernels, rows, hidden, weights);
    value_(kernels, rows, encoded, hidden, values,
           values.data + rows * values.stride);
    for (int64_t row = 0; row < rows; ++row) {
      kernels.softmax(slots_, sharpness_, weights[row]);
      kernels.write(slots_, width_, weights[row], values[row], contents[row]);
    }
  }

  void Read(const Kernels& kernels, const float* contents, int64_t count,
            float* queries, float* read, float*) const override {
    for (int64_t i = 0; i < count; ++i, queries += slots_, read += width_) {
      kernels.softmax(slots_, sharpness_, queries);
      kernels.read(slots_, width_, queries, contents, read);
    }
  }

 private:
  int64_t slots_;
  int64_t width_;
  float sharpness_;
  Linear address_;
  ValueNet value_;
};

}  // namespace

MemoryPart AddressedMemory() {
  return PartOf<Addressed, AddressedModel>(AddressedInfo());
}

}  // namespace credo::runtime
