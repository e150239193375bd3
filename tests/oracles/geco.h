// GECO: the weight of a constraint, found while one trains.
//
// Rezende and Viola, "Taming VAEs", 2018, algorithm 1. One minimises
// KL + lambda C, where the constraint C <= 0 says that the error is below a
// tolerance; lambda grows while the moving average of C is above 0 and falls
// while it is below. The paper leaves the rate of lambda open.
#ifndef CREDO_TESTS_ORACLES_GECO_H_
#define CREDO_TESTS_ORACLES_GECO_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace credo::oracle {

// What one update saw and did.
struct GecoUpdate {
  double constraint;  // C_hat, of this batch
  double average;     // C_ma, with this batch
  // The term lambda C_t of the loss of this batch, where
  // C_t = C_hat + stop_gradient(C_ma - C_hat): its value follows the average,
  // its derivative by the error follows the batch.
  double loss;
  double loss_by_error;
  double lambda;  // for the next batch
};

struct Geco {
  // --- Settings ---
  double kappa;        // the tolerance: the largest error that is welcome
  double alpha;        // of the moving average
  double up;           // rate of ln lambda while the average is above 0
  double down;         // and while it is below 0
  bool normalised;     // C = error / kappa - 1, else C = error - kappa
  size_t warm_up = 0;  // so many first updates leave lambda alone
  double low = 0;      // lambda stays in [low, high]
  double high = std::numeric_limits<double>::infinity();

  // --- State: what a checkpoint holds ---
  double lambda = 1;
  double average = 0;
  size_t updates = 0;

  // Takes the mean error of a batch:
  //   C_ma <- alpha C_ma + (1 - alpha) C_hat, the first time C_ma = C_hat;
  //   lambda <- lambda exp(rate * C_ma), then clamped to [low, high].
  // Where C is normalised, the exponent uses C_ma clamped to [-1, 1]; the
  // average that is kept is not clamped.
  GecoUpdate Update(double error) {
    GecoUpdate result;
    result.constraint = normalised ? error / kappa - 1 : error - kappa;
    average = updates == 0
                  ? result.constraint
                  : alpha * average + (1 - alpha) * result.constraint;
    result.average = average;
    result.loss = lambda * average;
    result.loss_by_error = normalised ? lambda / kappa : lambda;
    if (updates >= warm_up) {
      const double drive =
          normalised ? std::clamp(average, -1.0, 1.0) : average;
      const double rate = drive > 0 ? up : down;
      lambda = std::clamp(lambda * std::exp(rate * drive), low, high);
    }
    ++updates;
    result.lambda = lambda;
    return result;
  }
};

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_GECO_H_
