// The cell of an LSTM, from the sums in front of its gates.
//
// Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000;
// Shi et al., 2015, for the form that has a cell at each place of a grid.
#ifndef CREDO_TESTS_ORACLES_LSTM_CELL_H_
#define CREDO_TESTS_ORACLES_LSTM_CELL_H_

#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "tests/oracles/densities.h"
#include "tests/oracles/feature_map.h"

namespace credo::oracle {

struct LstmState {
  double h;
  double c;
};

// c' = sigmoid(f) c + sigmoid(i) tanh(g),  h' = sigmoid(o) tanh(c'). A bias of
// the forget gate is part of f already.
inline LstmState LstmCell(double i, double f, double g, double o, double c) {
  const double next = Sigmoid(f) * c + Sigmoid(i) * std::tanh(g);
  return {Sigmoid(o) * std::tanh(next), next};
}

// One cell at each place and hidden channel: gates are [.., 4h], first all of
// i, then all of f, of g, of o. Replaces h and c.
inline void LstmStep(const FeatureMap& gates, FeatureMap& h, FeatureMap& c) {
  const size_t H = h.channels;
  if (gates.channels != 4 * H) throw std::invalid_argument("expected 4h gates");
  for (size_t y = 0; y < h.height; ++y) {
    for (size_t x = 0; x < h.width; ++x) {
      for (size_t k = 0; k < H; ++k) {
        const LstmState next =
            LstmCell(gates(y, x, k), gates(y, x, H + k),
                     gates(y, x, 2 * H + k), gates(y, x, 3 * H + k),
                     c(y, x, k));
        h(y, x, k) = next.h;
        c(y, x, k) = next.c;
      }
    }
  }
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_LSTM_CELL_H_
