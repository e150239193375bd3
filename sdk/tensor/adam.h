// Adam on one flat buffer, with clipping and a check that the step is finite.
//
// Source: Kingma and Ba 2015, algorithm 1.
#ifndef CREDO_SDK_TENSOR_ADAM_H_
#define CREDO_SDK_TENSOR_ADAM_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-5;
  double clip = 10.0;  // largest norm of the gradient; 0: not clipped
};

class Adam {
 public:
  // For a flat buffer of `size` numbers of this type (kFloat or kDouble).
  Adam(int64_t size, const AdamOptions& options,
       at::ScalarType type = at::kFloat);

  struct Step {
    at::Tensor norm;  // f64 [], before clipping; may be infinite or NaN
    // bool []. Not where the norm was not finite, or squares of the clipped
    // gradient would not be: then nothing was changed.
    at::Tensor taken;
  };
  // One step on `values` along `gradients`, both [size]. All lies where the
  // values do, `learning_rate` f64 [] as well, and nothing is read of a device.
  Step Update(const at::Tensor& learning_rate, const at::Tensor& gradients,
              const at::Tensor& values);
  Step Update(double learning_rate, const at::Tensor& gradients,
              const at::Tensor& values);

  // Steps that were skipped so far. Waits for the device.
  int64_t skipped() const;

  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  // By a kernel, and by operators.
  Step UpdateFused(double learning_rate, const at::Tensor& gradients,
                   const at::Tensor& values);
  Step UpdateThere(const at::Tensor& learning_rate,
                   const at::Tensor& gradients, const at::Tensor& values);

  AdamOptions options_;
  at::Tensor steps_;    // i64 [], those that were taken
  at::Tensor skipped_;  // i64 []
  at::Tensor mean_;     // first moment
  at::Tensor square_;   // second moment
};

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_ADAM_H_
