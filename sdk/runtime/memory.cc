#include "sdk/runtime/memory.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace credo::runtime {
namespace {

class None : public Memory {
 public:
  const StateLayout& layout() const override { return layout_; }
  int64_t shown() const override { return 0; }
  int64_t scratch(int64_t) const override { return 0; }
  void Write(const Kernels&, int64_t, FloatRows, FloatRows, float* const*,
             float*) const override {}
  int64_t query_size() const override { return 0; }
  int64_t read_size() const override { return 0; }
  void Read(const Kernels&, const float*, float*, float*) const override {}

 private:
  StateLayout layout_;
};

// The formulas are those of memory/addressed.h.
class Addressed : public Memory {
 public:
  static Result<std::unique_ptr<Memory>> Load(const Source& source,
                                              const Options& options,
                                              const std::string& name,
                                              int64_t encoding,
                                              int64_t hidden) {
    auto memory = std::make_unique<Addressed>();
    CREDO_ASSIGN_OR_RETURN(memory->slots_, options.Int("slots", 1, 4096));
    CREDO_ASSIGN_OR_RETURN(memory->width_, options.Int("width", 1, 4096));
    CREDO_ASSIGN_OR_RETURN(const double sharpness,
                           options.Real("sharpness", 0.01, 100));
    memory->sharpness_ = static_cast<float>(sharpness);
    CREDO_ASSIGN_OR_RETURN(const int64_t value_hidden,
                           options.Int("value_hidden", 0, 4096));
    CREDO_ASSIGN_OR_RETURN(
        memory->address_,
        Linear::Load(source, name + ".address", hidden, memory->slots_));
    CREDO_ASSIGN_OR_RETURN(
        memory->value_,
        Linear::Load(source, name + ".value", encoding, memory->width_));
    memory->layout_.Add("slots", DType::kF32,
                        {memory->slots_, memory->width_});
    if (value_hidden > 0) {
      memory->joined_ = encoding + hidden;
      CREDO_ASSIGN_OR_RETURN(
          memory->value_mlp_,
          Mlp::Load(source, name + ".value_mlp", memory->joined_,
                    {value_hidden, memory->width_}));
    }
    return std::unique_ptr<Memory>(std::move(memory));
  }

  const StateLayout& layout() const override { return layout_; }
  int64_t shown() const override { return slots_ * width_; }

  int64_t scratch(int64_t rows) const override {
    int64_t floats = rows * (Padded(slots_) + 2 * Padded(width_));
    if (value_mlp_) {
      floats += rows * Padded(joined_) + value_mlp_->scratch(rows);
    }
    return floats;
  }

  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows hidden, float* const* contents,
             float* scratch) const override {
    const FloatRows weights = {scratch, Padded(slots_)};
    const FloatRows values = {scratch + rows * weights.stride, Padded(width_)};
    address_(kernels, rows, hidden, weights);
    value_(kernels, rows, encoded, values);
    if (value_mlp_) {
      AddOfHidden(kernels, rows, encoded, hidden, values,
                  values.data + rows * values.stride);
    }
    for (int64_t row = 0; row < rows; ++row) {
      kernels.softmax(slots_, sharpness_, weights[row]);
      kernels.write(slots_, width_, weights[row], values[row], contents[row]);
    }
  }

  int64_t query_size() const override { return slots_; }
  int64_t read_size() const override { return width_; }
  void Read(const Kernels& kernels, const float* contents, float* query,
            float* read) const override {
    kernels.softmax(slots_, sharpness_, query);
    kernels.read(slots_, width_, query, contents, read);
  }

 private:
  // What is written depends on the hidden state as well.
  void AddOfHidden(const Kernels& kernels, int64_t rows, FloatRows encoded,
                   FloatRows hidden, FloatRows values, float* scratch) const {
    const FloatRows more = {scratch, Padded(width_)};
    const FloatRows joined = {scratch + rows * more.stride, Padded(joined_)};
    const int64_t encoding = value_.in();
    for (int64_t row = 0; row < rows; ++row) {
      std::copy_n(encoded[row], encoding, joined[row]);
      std::copy_n(hidden[row], joined_ - encoding, joined[row] + encoding);
    }
    (*value_mlp_)(kernels, rows, joined, more,
                  joined.data + rows * joined.stride);
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t i = 0; i < width_; ++i) values[row][i] += more[row][i];
    }
  }

  int64_t slots_ = 0;
  int64_t width_ = 0;
  float sharpness_ = 0;
  int64_t joined_ = 0;  // inputs of the value's MLP
  StateLayout layout_;
  Linear address_;
  Linear value_;
  std::optional<Mlp> value_mlp_;
};

}  // namespace

std::unique_ptr<Memory> NoMemory() { return std::make_unique<None>(); }

Result<std::unique_ptr<Memory>> LoadMemory(const Source& source,
                                           const Options& options,
                                           const std::string& name,
                                           int64_t encoding, int64_t hidden) {
  CREDO_ASSIGN_OR_RETURN(const std::string kind, options.Text("kind"));
  if (kind == "none") return NoMemory();
  if (kind == "addressed") {
    return Addressed::Load(source, options, name, encoding, hidden);
  }
  return InvalidArgument(options.place() +
                         ": kind: expected none or addressed, found '" + kind +
                         "'");
}

}  // namespace credo::runtime
