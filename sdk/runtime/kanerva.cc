#include "sdk/model/kanerva.h"

#include <algorithm>
#include <cmath>

#include "sdk/runtime/memory.h"
#include "sdk/runtime/value_net.h"

namespace credo::runtime {
namespace {

// To mean 0 and variance 1. In doubles, which hold the square of any float.
void LayerNorm(int64_t size, float* x) {
  double mean = 0;
  for (int64_t i = 0; i < size; ++i) mean += x[i];
  mean /= static_cast<double>(size);
  double variance = 0;
  for (int64_t i = 0; i < size; ++i) {
    variance += (x[i] - mean) * (x[i] - mean);
  }
  variance /= static_cast<double>(size);
  const double scale = 1 / std::sqrt(variance + kLayerNormEpsilon);
  for (int64_t i = 0; i < size; ++i) {
    x[i] = static_cast<float>((x[i] - mean) * scale);
  }
}

class Kanerva : public Memory {
 public:
  explicit Kanerva(const KanervaModel& model)
      : Memory(model.shape),
        rows_(model.options.rows),
        width_(model.options.width),
        least_squares_(model.options.least_squares()),
        sharpness_(static_cast<float>(model.options.sharpness)),
        noise_(static_cast<float>(model.options.noise)),
        kept_(static_cast<float>(1 - model.options.forgetting)),
        ridge_(model.options.ridge),
        covariance_(At(1)) {}

  Status Load(const KanervaModel& model, const Source& source) {
    if (!least_squares_) {
      CREDO_ASSIGN_OR_RETURN(address_, Linear::Load(source, model.address));
    }
    CREDO_ASSIGN_OR_RETURN(value_, ValueNet::Load(source, model.value));
    CREDO_ASSIGN_OR_RETURN(prior_,
                           source.Copy(model.prior.name, model.prior.shape));
    return OkStatus();
  }

  int64_t write_scratch(int64_t rows) const override {
    return rows * (Padded(rows_) + Padded(width_)) +
           std::max({value_.scratch(rows), solver_scratch(),
                     Padded(rows_) + 2 * Padded(width_)});
  }
  int64_t read_scratch() const override {
    return Padded(rows_) + Padded(width_) + solver_scratch();
  }

  void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
             FloatRows hidden, float* const* contents,
             float* scratch) const override {
    const FloatRows addresses = {scratch, Padded(rows_)};
    const FloatRows values = {scratch + rows * addresses.stride,
                              Padded(width_)};
    float* const rest = values.data + rows * values.stride;
    value_(kernels, rows, encoded, hidden, values, rest);
    if (!least_squares_) address_(kernels, rows, hidden, addresses);
    for (int64_t row = 0; row < rows; ++row) {
      float* const value = values[row];
      float* const address = addresses[row];
      LayerNorm(width_, value);
      if (least_squares_) {
        Fit(kernels, Prepare(kernels, contents[row], rest), value, address);
      } else {
        kernels.softmax(rows_, sharpness_, address);
      }
      WriteAt(kernels, address, value, contents[row], rest);
    }
  }

  void Read(const Kernels& kernels, const float* contents, int64_t count,
            float* queries, float* read, float* scratch) const override {
    const int64_t query = shape().query;
    float* const address = scratch;
    float* const room = address + Padded(rows_);
    Solver solver = {};
    // The contents are the same for all queries.
    if (least_squares_) {
      solver = Prepare(kernels, contents, room + Padded(width_));
    }
    for (int64_t i = 0; i < count; ++i, queries += query, read += width_) {
      if (least_squares_) {
        LayerNorm(width_, queries);
        Fit(kernels, solver, queries, address);
      } else {
        std::copy_n(queries, rows_, address);
        kernels.softmax(rows_, sharpness_, address);
      }
      ReadAt(kernels, address, contents, read, room);
    }
  }

 private:
  // What least-squares addresses share while the contents stay.
  struct Solver {
    double* mean;     // R [K, C]
    double* factors;  // of R R' + ridge I, [K, K]
    double* value;    // room for a value and its address
    double* address;
  };

  // Floats of a solver.
  int64_t solver_scratch() const {
    if (!least_squares_) return 0;
    return 2 * (rows_ * (width_ + rows_) + width_ + rows_);
  }
  Solver Prepare(const Kernels& kernels, const float* contents,
                 float* scratch) const {
    Solver solver;
    solver.mean = reinterpret_cast<double*>(scratch);
    solver.factors = solver.mean + rows_ * width_;
    solver.value = solver.factors + rows_ * rows_;
    solver.address = solver.value + width_;
    for (int64_t i = 0; i < rows_ * width_; ++i) {
      solver.mean[i] = static_cast<double>(prior_[i]) + contents[i];
    }
    kernels.factor(rows_, width_, solver.mean, ridge_, solver.factors);
    return solver;
  }

  // The address at which the mean comes closest to `value`.
  void Fit(const Kernels& kernels, const Solver& solver, const float* value,
           float* address) const {
    std::copy_n(value, width_, solver.value);
    kernels.fit(rows_, width_, solver.mean, solver.factors, solver.value,
                solver.address);
    for (int64_t k = 0; k < rows_; ++k) {
      address[k] = static_cast<float>(solver.address[k]);
    }
  }

  // w R, from the prior and from what differs from it.
  void ReadAt(const Kernels& kernels, const float* address,
              const float* contents, float* read, float* scratch) const {
    kernels.read(rows_, width_, address, prior_.data(), scratch);
    kernels.read(rows_, width_, address, contents, read);
    for (int64_t i = 0; i < width_; ++i) read[i] += scratch[i];
  }

  // Bayes' rule for one value at one address. With V = U - I the process noise
  // is V <- kept V, and V loses what U does.
  void WriteAt(const Kernels& kernels, float* address, const float* value,
               float* contents, float* scratch) const {
    float* const column = scratch;  // U w'
    float* const error = column + Padded(rows_);
    float* const covariance = contents + covariance_;
    ReadAt(kernels, address, contents, error, error + Padded(width_));
    for (int64_t i = 0; i < width_; ++i) error[i] = value[i] - error[i];
    kernels.read(rows_, rows_, address, covariance, column);
    float variance = 0;  // w U w', which rounding may bring below 0
    for (int64_t k = 0; k < rows_; ++k) {
      column[k] = kept_ * column[k] + address[k];
      variance += column[k] * address[k];
    }
    variance = std::max(variance, 0.0f) + noise_;
    const float root = 1 / std::sqrt(variance);
    for (int64_t k = 0; k < rows_; ++k) {
      address[k] = column[k] / variance;
      // So that V stays symmetric to the last bit.
      column[k] *= root;
    }
    kernels.update(rows_, width_, 1, address, error, contents);
    for (int64_t k = 0; k < rows_; ++k) address[k] = -column[k];
    kernels.update(rows_, rows_, kept_, address, column, covariance);
  }

  int64_t rows_;  // K
  int64_t width_;
  bool least_squares_;
  float sharpness_;
  float noise_;
  float kept_;  // of the covariance's difference from I, at each write
  double ridge_;
  int64_t covariance_;  // where it is within the contents
  Linear address_;
  ValueNet value_;
  Buffer<float> prior_;  // R0
};

}  // namespace

MemoryPart KanervaMemory() {
  return PartOf<Kanerva, KanervaModel>(KanervaInfo());
}

}  // namespace credo::runtime
