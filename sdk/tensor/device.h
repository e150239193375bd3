// Where tensors are computed, and by what.
//
// Each part has two forms of its arithmetic: hand-written kernels on the CPU,
// and operators that any device has. Tests compare them on the CPU.
#ifndef CREDO_SDK_TENSOR_DEVICE_H_
#define CREDO_SDK_TENSOR_DEVICE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// "cpu", "cuda", or "auto", which is cuda where there is one. kInvalidArgument
// with what is missing where cuda is asked for and is not there. Of several
// it is the one of this number, as ranks of one machine count theirs. From then
// on LibTorch computes there to equal bits, and in whole floats.
Result<at::Device> DeviceOf(const std::string& name, int64_t number = 0);

// Whether the hand-written kernels are for `x`.
bool UsesKernels(const at::Tensor& x);

// While one lives, nothing that this thread runs uses them.
class OperatorsAlone {
 public:
  OperatorsAlone();
  ~OperatorsAlone();
  OperatorsAlone(const OperatorsAlone&) = delete;
  OperatorsAlone& operator=(const OperatorsAlone&) = delete;

 private:
  bool before_;
};

// What the host made, there; `host` itself where that is there already.
at::Tensor ToDevice(at::Device device, const at::Tensor& host);
// The same where `like` is.
at::Tensor ToDeviceOf(const at::Tensor& like, const at::Tensor& host);
// i64 [values], where `like` is.
at::Tensor IndicesFor(const at::Tensor& like,
                      const std::vector<int64_t>& values);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_DEVICE_H_
