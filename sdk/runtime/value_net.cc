#include "sdk/runtime/value_net.h"

#include <algorithm>

namespace credo::runtime {

Result<ValueNet> ValueNet::Load(const Source& source,
                                const WrittenValue& value) {
  ValueNet net;
  CREDO_ASSIGN_OR_RETURN(net.linear_, Linear::Load(source, value.linear));
  if (value.sees_hidden()) {
    CREDO_ASSIGN_OR_RETURN(net.mlp_, Mlp::Load(source, value.mlp));
  }
  return net;
}

int64_t ValueNet::scratch(int64_t rows) const {
  if (!mlp_) return 0;
  return rows * (Padded(linear_.out()) + Padded(mlp_->in())) +
         mlp_->scratch(rows);
}

void ValueNet::operator()(const Kernels& kernels, int64_t rows,
                          FloatRows encoded, FloatRows hidden,
                          FloatRows values, float* scratch) const {
  linear_(kernels, rows, encoded, values);
  if (!mlp_) return;
  const FloatRows more = {scratch, Padded(linear_.out())};
  const FloatRows joined = {scratch + rows * more.stride, Padded(mlp_->in())};
  const int64_t encoding = linear_.in();
  for (int64_t row = 0; row < rows; ++row) {
    std::copy_n(encoded[row], encoding, joined[row]);
    std::copy_n(hidden[row], mlp_->in() - encoding, joined[row] + encoding);
  }
  (*mlp_)(kernels, rows, joined, more, joined.data + rows * joined.stride);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < linear_.out(); ++i) values[row][i] += more[row][i];
  }
}

}  // namespace credo::runtime
