// Between the oracles' numbers and tensors.
#ifndef CREDO_TESTS_MEMORY_ORACLE_TENSORS_H_
#define CREDO_TESTS_MEMORY_ORACLE_TENSORS_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/conformance/network_checks.h"
#include "tests/oracles/matrix.h"

namespace credo {

// All numbers of a tensor.
inline oracle::Vector ToVector(const at::Tensor& tensor) {
  const at::Tensor numbers =
      tensor.detach().to(at::kDouble).contiguous().flatten();
  const double* first = numbers.const_data_ptr<double>();
  return oracle::Vector(first, first + numbers.numel());
}

// [rows, cols]
inline oracle::Matrix ToMatrix(const at::Tensor& tensor) {
  return oracle::Matrix(static_cast<size_t>(tensor.size(0)),
                        static_cast<size_t>(tensor.size(1)),
                        ToVector(tensor));
}

inline at::Tensor ToTensor(const oracle::Vector& vector) {
  return torch::tensor(vector, at::kDouble);
}

inline at::Tensor ToTensor(const oracle::Matrix& matrix) {
  return ToTensor(matrix.values)
      .view({static_cast<int64_t>(matrix.rows),
             static_cast<int64_t>(matrix.cols)});
}

inline void ExpectClose(const at::Tensor& found,
                        const oracle::Matrix& expected, double tolerance) {
  ExpectClose(found, ToTensor(expected), tolerance);
}

inline void ExpectClose(const at::Tensor& found,
                        const oracle::Vector& expected, double tolerance) {
  ExpectClose(found, ToTensor(expected), tolerance);
}

}  // namespace credo

#endif  // CREDO_TESTS_MEMORY_ORACLE_TENSORS_H_
