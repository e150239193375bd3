// How the weight of a reconstruction is found while one trains: GECO.
//
// Source: Rezende and Viola 2018, "Taming VAEs", algorithm 1. Asked for is the
// least KL such that C <= 0, where C = error / kappa - 1 says by how much the
// error is above its tolerance. What is lowered is
//
//   (KL + lambda * sum of C over the D numbers of a frame) / (1 + lambda D)
//
// and the multiplier lambda grows while the moving average of C is above 0 and
// falls while it is below. Ours are the divisor, which keeps the size of the
// gradient whatever lambda is, one rate for each direction, the clamps and the
// warm-up. The paper puts the moving average in place of C, with the gradient
// of C: that changes the value of the loss and never its gradient, so here it
// is left out, and the loss is a function of its inputs and of lambda.
#ifndef CREDO_SIMCORE_GECO_H_
#define CREDO_SIMCORE_GECO_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "sdk/model/geco.h"
#include "sdk/tensor/metrics.h"
#include "simcore/frame_model.h"
#include "simcore/reconstruction.h"

namespace credo {

class Geco {
 public:
  explicit Geco(const GecoOptions& options);

  double multiplier() const { return multiplier_.item<double>(); }
  // Of the constraint.
  double average() const { return average_.item<double>(); }

  // The loss of frames whose latents cost `kl` [F] nats. `weights` [F]: of the
  // frames in the constraint, on any scale. Numbers: "kl".
  FrameLoss Loss(const at::Tensor& kl, const Reconstruction& reconstruction,
                 const at::Tensor& weights) const;

  // Once per update, with its constraint, a scalar of any device. One that is
  // no finite number leaves all as it was: such an update leaves the parameters
  // as they were, too. Comes after the loss's backward pass, and reads nothing
  // of the device.
  void Update(const at::Tensor& constraint);

  MetricTensors Progress() const;  // "multiplier", "constraint"
  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  GecoOptions options_;
  // Scalars where the constraint was: f64, f64 and i64.
  at::Tensor multiplier_;
  at::Tensor average_;
  at::Tensor updates_;
};

}  // namespace credo

#endif  // CREDO_SIMCORE_GECO_H_
