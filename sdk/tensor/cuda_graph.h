// CUDA graphs for at::accelerator::Graph, which LibTorch leaves to each device
// and, up to 2.15, its half for CUDA does not add.
//
// What does the work is at::cuda::CUDAGraph of that half. Its header needs
// those of CUDA, which a build has not, so the library is asked for its
// functions by the names that the compiler gave them; a LibTorch in which these
// are others has no graphs here.
#ifndef CREDO_SDK_TENSOR_CUDA_GRAPH_H_
#define CREDO_SDK_TENSOR_CUDA_GRAPH_H_

#include <string>

namespace credo {

// Adds those of `library`, a handle of the system's loader that stays open, for
// devices of CUDA, unless they are there. Empty, or why it cannot.
std::string AddCudaGraphs(void* library);

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_CUDA_GRAPH_H_
