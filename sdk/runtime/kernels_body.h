// The kernels for vectors of CREDO_LANES floats. Included by one .cc file per
// instruction set, each compiled for that set: nothing here may have a name
// outside the file, or the linker could take one set's code for another's.

#include <cstdint>

#include "sdk/base/fast_math.h"
#include "sdk/runtime/kernels.h"

namespace credo::runtime {
namespace {

// As wide as a register; a load or store of any address.
typedef float Lanes __attribute__((vector_size(CREDO_LANES * 4)));
typedef float LanesAnywhere
    __attribute__((vector_size(CREDO_LANES * 4), aligned(4), may_alias));

[[gnu::always_inline]] inline Lanes LoadLanes(const float* from) {
  return *reinterpret_cast<const LanesAnywhere*>(from);
}
[[gnu::always_inline]] inline void StoreLanes(Lanes value, float* to) {
  *reinterpret_cast<LanesAnywhere*>(to) = value;
}

// V vectors of outputs of R rows, held in registers over all inputs.
// `weights` points at the first of the V vectors of input 0; those of the next
// input lie `width` floats further.
template <int V, int R>
[[gnu::always_inline]] inline void Tile(const float* weights, int64_t width,
                                        const float* bias,
                                        const ProductRows& rows, int64_t first,
                                        int64_t column) {
  const float* x[R];
  Lanes sums[R][V];
  for (int r = 0; r < R; ++r) {
    const int64_t row = first + r;
    x[r] = rows.x + row / rows.per_line * rows.line_stride +
           row % rows.per_line * rows.row_stride;
    for (int v = 0; v < V; ++v) sums[r][v] = LoadLanes(bias + v * CREDO_LANES);
  }
  for (int64_t s = 0; s < rows.segments; ++s) {
    for (int64_t i = 0; i < rows.segment_length; ++i) {
      Lanes w[V];
      for (int v = 0; v < V; ++v) w[v] = LoadLanes(weights + v * CREDO_LANES);
      weights += width;
      for (int r = 0; r < R; ++r) {
        for (int v = 0; v < V; ++v) sums[r][v] += w[v] * x[r][i];
      }
    }
    for (int r = 0; r < R; ++r) x[r] += rows.segment_stride;
  }
  for (int r = 0; r < R; ++r) {
    float* y = rows.y + (first + r) * rows.y_stride + column;
    for (int v = 0; v < V; ++v) {
      Lanes sum = sums[r][v];
      if (rows.relu) sum = sum > 0 ? sum : Lanes{};
      StoreLanes(sum, y + v * CREDO_LANES);
    }
  }
}

// As many rows at a time as registers hold.
template <int V, int R>
void Rows(const float* weights, int64_t width, const float* bias,
          const ProductRows& rows, int64_t first, int64_t column) {
  for (; first + R <= rows.count; first += R) {
    Tile<V, R>(weights, width, bias, rows, first, column);
  }
  if constexpr (R > 1) {
    if (first == rows.count) return;
    Rows<V, (R > 6 ? 6 : R > 4 ? 4 : R > 2 ? 2 : 1)>(weights, width, bias,
                                                     rows, first, column);
  }
}

// Columns of one block of `width` outputs.
template <int V, int R>
void Columns(const float* weights, int64_t width, const float* bias,
             const ProductRows& rows, int64_t column) {
  for (int64_t c = 0; c < width; c += V * CREDO_LANES) {
    Rows<V, R>(weights + c, width, bias + c, rows, 0, column + c);
  }
}

constexpr int kVectors = kBlock / CREDO_LANES;  // of a whole block
constexpr int kPadVectors = kPad / CREDO_LANES;

void Product(const PackedMatrix& matrix, const ProductRows& rows) {
  const int64_t padded = Padded(matrix.out);
  const float* weights = matrix.weights;
  for (int64_t column = 0; column < padded; column += kBlock) {
    const int64_t width =
        padded - column < kBlock ? padded - column : kBlock;
    const float* bias = matrix.bias + column;
    if (rows.count == 1 && width == kBlock && CREDO_WIDE_ROW) {
      // One row alone: many sums at a time hide the latency of each.
      Tile<kVectors, 1>(weights, width, bias, rows, 0, column);
    } else if (width == kBlock && kVectors == 4) {
      Columns<4, 6>(weights, width, bias, rows, column);
    } else if (width % (2 * kPad) == 0 && kPadVectors == 1) {
      Columns<2, 12>(weights, width, bias, rows, column);
    } else {
      Columns<kPadVectors, (kPadVectors == 1 ? 12 : CREDO_ROWS)>(
          weights, width, bias, rows, column);
    }
    weights += width * matrix.in;
  }
}

void Lstm(int64_t units, const float* __restrict gates, float* __restrict cell,
          float* __restrict hidden, float* __restrict tanh_cell) {
  const float* __restrict i = gates;
  const float* __restrict f = gates + units;
  const float* __restrict g = gates + 2 * units;
  const float* __restrict o = gates + 3 * units;
  for (int64_t u = 0; u < units; ++u) {
    cell[u] = FastSigmoid(f[u]) * cell[u] + FastSigmoid(i[u]) * FastTanh(g[u]);
    tanh_cell[u] = FastTanh(cell[u]);
    hidden[u] = FastSigmoid(o[u]) * tanh_cell[u];
  }
}

void Softmax(int64_t size, float sharpness, float* __restrict logits) {
  float most = logits[0];
  for (int64_t n = 1; n < size; ++n) most = logits[n] > most ? logits[n] : most;
  for (int64_t n = 0; n < size; ++n) {
    logits[n] = FastExp(sharpness * (logits[n] - most));
  }
  float sum = 0;
  for (int64_t n = 0; n < size; ++n) sum += logits[n];
  const float scale = 1.0f / sum;
  for (int64_t n = 0; n < size; ++n) logits[n] *= scale;
}

void Write(int64_t slots, int64_t width, const float* __restrict weights,
           const float* __restrict value, float* __restrict contents) {
  for (int64_t n = 0; n < slots; ++n) {
    float* __restrict slot = contents + n * width;
    const float weight = weights[n];
    for (int64_t i = 0; i < width; ++i) slot[i] += weight * (value[i] - slot[i]);
  }
}

void Read(int64_t slots, int64_t width, const float* __restrict weights,
          const float* __restrict contents, float* __restrict read) {
  for (int64_t i = 0; i < width; ++i) read[i] = 0;
  for (int64_t n = 0; n < slots; ++n) {
    const float* __restrict slot = contents + n * width;
    const float weight = weights[n];
    for (int64_t i = 0; i < width; ++i) read[i] += weight * slot[i];
  }
}

void Intensities(int64_t count, const uint8_t* __restrict bytes,
                 float* __restrict out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = static_cast<float>(bytes[i]) / 255.0f;
  }
}

}  // namespace

}  // namespace credo::runtime

#define CREDO_DEFINE_KERNELS(variable, name)                               \
  namespace credo::runtime {                                               \
  extern const Kernels variable;                                           \
  const Kernels variable = {name,  Product, Lstm,       Softmax,           \
                            Write, Read,    Intensities};                  \
  }
