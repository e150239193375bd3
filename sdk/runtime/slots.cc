#include "sdk/model/slots.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "sdk/base/fast_math.h"
#include "sdk/base/number_text.h"
#include "sdk/runtime/memory.h"
#include "sdk/runtime/value_net.h"

namespace credo::runtime {
namespace {

float Softplus(float x) {
  return std::max(x, 0.0f) + std::log1p(FastExp(-std::abs(x)));
}

class Slots : public Memory {
 public:
  explicit Slots(const SlotsModel& model)
      : Memory(model.shape),
        slots_(model.options.slots),
        width_(model.options.width),
        key_(model.options.key),
        strength_(static_cast<float>(model.options.strength)),
        count_(At(1)) {}

  Status Load(const SlotsModel& model, const Source& source) {
    CREDO_ASSIGN_OR_RETURN(value_, ValueNet::Load(source, model.value));
    return OkStatus();
  }

  int64_t write_scratch(int64_t rows) const override {
    return rows * Padded(width_) + value_.scratch(rows);
  }
  int64_t read_scratch() const override { return 2 * Padded(slots_); }

  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows hidden, float* const* contents,
             float* scratch) const override {
    const FloatRows values = {scratch, Padded(width_)};
    value_(kernels, rows, encoded, hidden, values,
           scratch + rows * values.stride);
    for (int64_t row = 0; row < rows; ++row) {
      float* const next = contents[row] + count_;
      float* const written = next + 1;
      const auto at = static_cast<int64_t>(*next);
      std::copy_n(values[row], width_, contents[row] + at * width_);
      *next = static_cast<float>((at + 1) % slots_);
      *written = std::min(*written + 1, static_cast<float>(slots_));
    }
  }

  void Read(const Kernels& kernels, const float* contents, int64_t count,
            float* queries, float* read, float* scratch) const override {
    const auto written = static_cast<int64_t>(contents[count_ + 1]);
    float* const weights = scratch;
    float* const squares = scratch + Padded(slots_);
    if (written == 0) {
      std::fill_n(read, count * width_, 0.0f);
      return;
    }
    kernels.squares(written, key_, width_, contents, squares);
    for (int64_t i = 0; i < count;
         ++i, queries += key_ + 1, read += width_) {
      float length;
      kernels.squares(1, key_, key_, queries, &length);
      length = std::sqrt(length);
      kernels.scores(written, key_, width_, contents, queries, weights);
      for (int64_t n = 0; n < written; ++n) {
        const float cosine =
            weights[n] / (length * std::sqrt(squares[n]) +
                          static_cast<float>(kCosineEpsilon));
        // Of rows so large that their squares are no numbers, too.
        weights[n] = cosine > -1 ? std::min(cosine, 1.0f) : -1;
      }
      kernels.softmax(written, Softplus(queries[key_] + strength_), weights);
      kernels.read(written, width_, weights, contents, read);
    }
  }

  Status CheckContents(const float* contents) const override {
    const float* const counts = contents + count_;
    CREDO_RETURN_IF_ERROR(CheckCount("next row", counts[0], slots_ - 1));
    return CheckCount("rows that were written", counts[1], slots_);
  }

 private:
  static Status CheckCount(const char* what, float count, int64_t most) {
    if (count >= 0 && count <= static_cast<float>(most) &&
        count == std::floor(count)) {
      return OkStatus();
    }
    return InvalidArgument(std::string("memory: ") + what +
                           ": expected a whole number from 0 to " +
                           std::to_string(most) + ", found " +
                           NumberText(count));
  }

  int64_t slots_;
  int64_t width_;
  int64_t key_;
  float strength_;
  int64_t count_;  // where the counts are within the contents
  ValueNet value_;
};

}  // namespace

MemoryPart SlotsMemory() {
  return PartOf<Slots, SlotsModel>(SlotsInfo());
}

}  // namespace credo::runtime
