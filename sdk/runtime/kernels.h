// The loops of a tick, one version per instruction set, chosen at run time.
//
// Each output number is a sum in one fixed order, whatever the number of rows
// that are computed together: results do not depend on the batch. Widths are
// padded to kPad floats; what lies between a width and its padding is written
// with numbers that nobody reads.
#ifndef CREDO_SDK_RUNTIME_KERNELS_H_
#define CREDO_SDK_RUNTIME_KERNELS_H_

#include <cstdint>
#include <span>

namespace credo::runtime {

inline constexpr int64_t kPad = 16;  // floats

// Inlined always, as kernels of newer instruction sets use it: see fast_math.h.
[[gnu::always_inline]] constexpr int64_t Padded(int64_t width) {
  return (width + kPad - 1) / kPad * kPad;
}

// A matrix [out, in] and a bias [out] as the kernels read them: one panel per
// kPad outputs, in which the outputs of one input lie side by side. A panel is
// read from one end to the other. Of `floats` and `bytes` one is null: a weight
// is a float, or a whole number times the scale of its output.
struct PackedMatrix {
  const float* floats = nullptr;   // [padded out / kPad, in, kPad]
  const int8_t* bytes = nullptr;   // likewise
  const float* scales = nullptr;   // [padded out], with `bytes`
  const float* bias = nullptr;     // [padded out]
  int64_t in = 0;
  int64_t out = 0;
};

// Rows of a product y = W x + b. Row r reads its input at
//   x + (r / per_line) * line_stride + (r % per_line) * row_stride
// as `segments` runs of `segment_length` floats, `segment_stride` apart: one
// run for a plain vector, one per kernel line for a convolution on [H, W, C].
// Row r is written to y + r * y_stride, Padded(out) floats.
struct ProductRows {
  int64_t count = 0;
  const float* x = nullptr;
  int64_t row_stride = 0;
  int64_t per_line = 1;
  int64_t line_stride = 0;
  int64_t segments = 1;
  int64_t segment_length = 0;
  int64_t segment_stride = 0;
  float* y = nullptr;
  int64_t y_stride = 0;
  bool relu = false;
};

struct Kernels {
  const char* name;
  void (*product)(const PackedMatrix& matrix, const ProductRows& rows);
  // One row: pre-activations `gates` [4H] in the order i, f, g, o. `cell` and
  // `hidden` [H] are replaced; tanh of the new cell goes to `tanh_cell` [H].
  void (*lstm)(int64_t units, const float* gates, float* cell, float* hidden,
               float* tanh_cell);
  // One row: `inputs` [3H] is x W + b and `products` [3H] is h U with b_hn, in
  // the order r, z, n. `hidden` [H] is replaced.
  void (*gru)(int64_t units, const float* inputs, const float* products,
              float* hidden);
  // One row: softmax of sharpness * logits, in place.
  void (*softmax)(int64_t size, float sharpness, float* logits);
  // contents[n] += weights[n] (value - contents[n]) for [slots, width].
  void (*write)(int64_t slots, int64_t width, const float* weights,
                const float* value, float* contents);
  // read = weights contents.
  void (*read)(int64_t slots, int64_t width, const float* weights,
               const float* contents, float* read);
  // scores[n] = the sum of contents[n][i] vector[i] over `width` numbers of
  // rows that lie `stride` apart.
  void (*scores)(int64_t rows, int64_t width, int64_t stride,
                 const float* contents, const float* vector, float* scores);
  // squares[n] = the sum of contents[n][i]^2, likewise.
  void (*squares)(int64_t rows, int64_t width, int64_t stride,
                  const float* contents, float* squares);
  // contents[n] = keep contents[n] + weights[n] row, for [rows, width].
  void (*update)(int64_t rows, int64_t width, float keep, const float* weights,
                 const float* row, float* contents);
  // In the lower half of `factors` [rows, rows] the L of L L' = contents
  // contents' + ridge I (Cholesky) for contents [rows, width]; the upper half
  // stays. Doubles, as little differences become large ones here.
  void (*factor)(int64_t rows, int64_t width, const double* contents,
                 double ridge, double* factors);
  // weights [rows] = (contents contents' + ridge I)^-1 contents value, for what
  // `factor` left.
  void (*fit)(int64_t rows, int64_t width, const double* contents,
              const double* factors, const double* value, double* weights);
  // x[i] = (x[i] - mean[i]) inverse[i].
  void (*standardise)(int64_t count, const float* mean, const float* inverse,
                      float* x);
  // Bytes as intensities in [0, 1].
  void (*intensities)(int64_t count, const uint8_t* bytes, float* out);
  // Whether no number is infinite or NaN.
  bool (*finite)(int64_t count, const float* x);
};

// Those that this processor can run, best first; never empty.
std::span<const Kernels* const> AvailableKernels();

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_KERNELS_H_
