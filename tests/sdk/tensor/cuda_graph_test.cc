#include "sdk/tensor/cuda_graph.h"

#include <ATen/core/GraphImplInterface.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace credo {
namespace {

// With a library that stands for LibTorch's half (fake_cuda_graph.cc).
TEST(CudaGraph, CallsTheClassOfLibTorch) {
  void* const other = dlopen("libm.so.6", RTLD_NOW);
  ASSERT_NE(other, nullptr);
  EXPECT_THAT(AddCudaGraphs(other),
              testing::HasSubstr("no _ZN2at4cuda9CUDAGraph"));
  void* const library = dlopen(CREDO_FAKE_CUDA_GRAPH, RTLD_NOW);
  ASSERT_NE(library, nullptr) << dlerror();
  EXPECT_EQ(AddCudaGraphs(library), "");
  int calls = 0;
  *static_cast<int**>(dlsym(library, "credo_calls")) = &calls;
  {
    const auto graph = at::create_graph_impl(at::kCUDA);
    ASSERT_NE(graph, nullptr);
    graph->capture_begin({5, 6}, at::GraphCaptureMode::ThreadLocal);
    EXPECT_EQ(graph->pool(), (at::MempoolId_t{5, 6}));
    graph->capture_end();
    graph->instantiate();
    graph->replay();
    graph->replay();
    graph->reset();
  }
  EXPECT_EQ(calls, 12345567);
  // They are there now.
  EXPECT_EQ(AddCudaGraphs(other), "");
}

}  // namespace
}  // namespace credo
