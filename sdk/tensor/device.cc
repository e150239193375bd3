#include "sdk/tensor/device.h"

#include <ATen/Context.h>
#include <torch/cuda.h>
#include <torch/types.h>

#ifdef __linux__
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#endif

#include "sdk/tensor/cuda_graph.h"
#include "sdk/tensor/host_values.h"

namespace credo {
namespace {

thread_local bool operators_alone = false;

// Loads CUDA's half of LibTorch, which lies beside the half that this program
// was linked to; empty, or why it cannot. What it registers is looked up once,
// so this comes before any question about CUDA.
const std::string& LoadCuda() {
  static const auto* const problem = new std::string([] {
#ifdef __linux__
    void* const library =
        dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) return std::string(dlerror());
    // Without them it learns as well, and says so.
    (void)AddCudaGraphs(library);
    return std::string();
#else
    return std::string("not on this system");
#endif
  }());
  return *problem;
}

// Equal runs end in equal bits, and floats are floats: convolutions of a GPU
// would round what they multiply to 10 bits, and sums go by who comes first.
void MakeExact() {
#ifdef __linux__
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
#endif
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/true);
  context.setDeterministicFillUninitializedMemory(false);
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
}

// Whether the driver shows a device: a look that loads nothing.
bool IsThereADevice() {
#ifdef __linux__
  return access("/dev/nvidiactl", F_OK) == 0 || access("/dev/dxg", F_OK) == 0;
#else
  return false;
#endif
}

}  // namespace

Result<at::Device> DeviceOf(const std::string& name, int64_t number) {
  const at::Device cpu(at::kCPU);
  if (name == "cpu" || (name == "auto" && !IsThereADevice())) return cpu;
  const std::string& problem = LoadCuda();
  if (problem.empty() && torch::cuda::is_available()) {
    MakeExact();
    const auto devices = static_cast<int64_t>(torch::cuda::device_count());
    return at::Device(at::kCUDA,
                      static_cast<at::DeviceIndex>(number % devices));
  }
  if (name == "auto") return cpu;
  return InvalidArgument(
      "expected a device with CUDA, found " +
      (problem.empty() ? "none that its driver shows"
                       : "no LibTorch for it (" + problem +
                             "); scripts/fetch_libtorch.sh --cuda fetches it"));
}

bool UsesKernels(const at::Tensor& x) {
  return x.is_cpu() && !operators_alone;
}

OperatorsAlone::OperatorsAlone() : before_(operators_alone) {
  operators_alone = true;
}
OperatorsAlone::~OperatorsAlone() { operators_alone = before_; }

at::Tensor ToDevice(at::Device device, const at::Tensor& host) {
  TORCH_CHECK(!IsRepeating(), "a repeated program takes a value of the host "
              "that is not made anew: see FromHost");
  if (host.device() == device) return host;
  // A copy out of pinned memory does not wait for the device.
  return host.pin_memory().to(device, /*non_blocking=*/true);
}

at::Tensor ToDeviceOf(const at::Tensor& like, const at::Tensor& host) {
  return ToDevice(like.device(), host);
}

at::Tensor IndicesFor(const at::Tensor& like,
                      const std::vector<int64_t>& values) {
  return ToDeviceOf(like, torch::tensor(values, torch::kLong));
}

}  // namespace credo
