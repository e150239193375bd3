#include "sdk/tensor/device.h"

#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/types.h>

namespace credo {
namespace {

TEST(Device, CpuIsAlwaysThere) {
  EXPECT_TRUE(DeviceOf("cpu")->is_cpu());
  EXPECT_TRUE(DeviceOf("auto").ok());
}

TEST(Device, CudaThatIsMissingIsToldAndNamed) {
  const Result<at::Device> cuda = DeviceOf("cuda");
  if (torch::cuda::is_available()) {
    EXPECT_TRUE(cuda->is_cuda());
    return;
  }
  ASSERT_FALSE(cuda.ok());
  EXPECT_EQ(cuda.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(cuda.status().message().find("CUDA"), std::string::npos);
}

TEST(Device, OperatorsAloneEndsWithItsScope) {
  const at::Tensor x = torch::zeros({1});
  EXPECT_TRUE(UsesKernels(x));
  {
    const OperatorsAlone alone;
    EXPECT_FALSE(UsesKernels(x));
  }
  EXPECT_TRUE(UsesKernels(x));
}

}  // namespace
}  // namespace credo
