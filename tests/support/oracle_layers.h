// Layers of a model file, slowly: in double precision, one term after another.
#ifndef CREDO_TESTS_SUPPORT_ORACLE_LAYERS_H_
#define CREDO_TESTS_SUPPORT_ORACLE_LAYERS_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "sdk/base/tensor_file.h"

namespace credo {

using Doubles = std::vector<double>;

inline void Append(const Doubles& more, Doubles& to) {
  to.insert(to.end(), more.begin(), more.end());
}
inline Doubles Joined(Doubles first, const Doubles& second) {
  Append(second, first);
  return first;
}
inline Doubles Part(const Doubles& all, size_t begin, size_t count) {
  const auto first = all.begin() + static_cast<int64_t>(begin);
  return Doubles(first, first + static_cast<int64_t>(count));
}
inline void Relu(Doubles& numbers) {
  for (double& number : numbers) number = std::max(number, 0.0);
}
inline double LogisticOf(double x) { return 1 / (1 + std::exp(-x)); }

class OracleLayers {
 public:
  // `file`, whose weights are floats, must live as long.
  explicit OracleLayers(const TensorFile& file) : file_(file) {}

  Doubles Numbers(const std::string& name) const {
    const NamedTensor& tensor = *file_.Find(name);
    std::vector<float> floats(tensor.bytes.size() / sizeof(float));
    std::memcpy(floats.data(), tensor.bytes.data(), tensor.bytes.size());
    return Doubles(floats.begin(), floats.end());
  }

  // W x + b.
  static Doubles Affine(const Doubles& weight, const Doubles& bias,
                        const Doubles& x) {
    Doubles y = bias;
    for (size_t o = 0; o < y.size(); ++o) {
      for (size_t i = 0; i < x.size(); ++i) {
        y[o] += weight[o * x.size() + i] * x[i];
      }
    }
    return y;
  }
  Doubles Linear(const std::string& name, const Doubles& x) const {
    return Affine(Numbers(name + ".weight"), Numbers(name + ".bias"), x);
  }
  Doubles Layers(const std::string& name, Doubles x, size_t count) const {
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) Relu(x);
      x = Linear(name + "." + std::to_string(i), x);
    }
    return x;
  }

  void StepLstm(const std::string& name, const Doubles& inputs,
                Doubles& hidden, Doubles& cell) const {
    const Doubles gates =
        Affine(Numbers(name + ".recurrent"),
               Affine(Numbers(name + ".input"), Numbers(name + ".bias"),
                      inputs),
               hidden);
    const size_t h = hidden.size();
    for (size_t u = 0; u < h; ++u) {
      cell[u] = LogisticOf(gates[h + u]) * cell[u] +
                LogisticOf(gates[u]) * std::tanh(gates[2 * h + u]);
      hidden[u] = LogisticOf(gates[3 * h + u]) * std::tanh(cell[u]);
    }
  }

  void StepGru(const std::string& name, const Doubles& inputs,
               Doubles& hidden) const {
    const size_t h = hidden.size();
    const Doubles bias = Joined(Doubles(2 * h),
                                Numbers(name + ".recurrent_bias"));
    const Doubles x =
        Affine(Numbers(name + ".input"), Numbers(name + ".bias"), inputs);
    const Doubles y = Affine(Numbers(name + ".recurrent"), bias, hidden);
    for (size_t u = 0; u < h; ++u) {
      const double reset = LogisticOf(x[u] + y[u]);
      const double update = LogisticOf(x[h + u] + y[h + u]);
      const double fresh = std::tanh(x[2 * h + u] + reset * y[2 * h + u]);
      hidden[u] = (1 - update) * fresh + update * hidden[u];
    }
  }

 private:
  const TensorFile& file_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_ORACLE_LAYERS_H_
