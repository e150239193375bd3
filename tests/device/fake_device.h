// A device that is none: memory that the host cannot read, with LibTorch's
// operators of the CPU behind it. What runs here runs on a GPU as well, as far
// as it depends on where tensors are: a pointer of it that the host follows, or
// an operator with tensors of both, ends the test.
//
// Source of the way to add one: LibTorch's "PrivateUse1" devices.
#ifndef CREDO_TESTS_DEVICE_FAKE_DEVICE_H_
#define CREDO_TESTS_DEVICE_FAKE_DEVICE_H_

#include <ATen/core/Tensor.h>

namespace credo {

// Registers it, once per process.
at::Device FakeDevice();

}  // namespace credo

#endif  // CREDO_TESTS_DEVICE_FAKE_DEVICE_H_
