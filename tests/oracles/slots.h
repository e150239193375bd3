// Slots that are written in turn and read by likeness of content.
//
// Wayne et al., "Unsupervised Predictive Memory in a Goal-Directed Agent"
// (MERLIN), 2018; the cosine is that of the differentiable neural computer,
// Graves et al., 2016.
#ifndef CREDO_TESTS_ORACLES_SLOTS_H_
#define CREDO_TESTS_ORACLES_SLOTS_H_

#include <algorithm>
#include <cstddef>

#include "tests/oracles/densities.h"
#include "tests/oracles/matrix.h"
#include "tests/oracles/softmax.h"

namespace credo::oracle {

struct Slots {
  Slots(size_t count, size_t width) : rows(count, width) {}

  Matrix rows;       // [N, W]
  size_t steps = 0;  // writes so far
};

// The write of step t goes to row t mod N.
inline void SlotWrite(Slots& slots, const Vector& v) {
  const size_t row = slots.steps % slots.rows.rows;
  for (size_t j = 0; j < slots.rows.cols; ++j) slots.rows(row, j) = v.at(j);
  ++slots.steps;
}

// a . b / (|a| |b| + 1e-6): a row of zeros is like nothing, and no division
// fails.
inline double Cosine(const Vector& a, const Vector& b) {
  return Dot(a, b) / (Length(a) * Length(b) + 1e-6);
}

struct SlotsRead {
  Vector weights;  // [N], 0 for rows that nobody wrote
  Vector read;     // [W]
};

// One head: beta = softplus(strength), weights = softmax over the written rows
// of beta * cos(key, row), read = sum of weight * row. Zeros when nothing was
// written yet.
inline SlotsRead SlotRead(const Slots& slots, const Vector& key,
                          double strength) {
  const size_t written = std::min(slots.steps, slots.rows.rows);
  SlotsRead result = {Vector(slots.rows.rows, 0.0),
                      Vector(slots.rows.cols, 0.0)};
  if (written == 0) return result;
  Vector likeness;
  for (size_t n = 0; n < written; ++n) {
    likeness.push_back(Cosine(key, slots.rows.Row(n)));
  }
  const Vector weights = SoftmaxAddress(Softplus(strength), likeness);
  std::ranges::copy(weights, result.weights.begin());
  result.read = Product(result.weights, slots.rows);
  return result;
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_SLOTS_H_
