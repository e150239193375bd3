#include "sdk/tensor/cuda_graph.h"

#include <ATen/core/GraphImplInterface.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#ifdef __linux__
#include <dlfcn.h>
#endif

namespace credo {
namespace {

// Methods of at::cuda::CUDAGraph. `graph` is the object; it has 448 bytes in
// LibTorch 2.15.
struct Calls {
  void (*construct)(void* graph, bool keeps) = nullptr;
  void (*destroy)(void* graph) = nullptr;
  void (*capture_begin)(void* graph, at::MempoolId_t pool, int mode) = nullptr;
  void (*capture_end)(void* graph) = nullptr;
  void (*instantiate)(void* graph) = nullptr;
  void (*replay)(void* graph) = nullptr;
  void (*reset)(void* graph) = nullptr;
  at::MempoolId_t (*pool)(void* graph) = nullptr;
};

// cudaStreamCaptureMode.
int ModeOf(at::GraphCaptureMode mode) {
  switch (mode) {
    case at::GraphCaptureMode::ThreadLocal: return 1;
    case at::GraphCaptureMode::Relaxed: return 2;
    default: return 0;
  }
}

class CudaGraph : public at::GraphImplInterface {
 public:
  CudaGraph(const Calls& calls, bool keeps) : calls_(calls) {
    room_.fill(kUntouched);
    calls_.construct(room_.data(), keeps);
    // One that is larger than it was known to be may reach beyond the room.
    TORCH_CHECK(std::all_of(room_.begin() + kRoom / 2, room_.end(),
                            [](std::byte b) { return b == kUntouched; }),
                "at::cuda::CUDAGraph is larger than it was");
  }
  ~CudaGraph() override { calls_.destroy(room_.data()); }
  CudaGraph(const CudaGraph&) = delete;
  CudaGraph& operator=(const CudaGraph&) = delete;

  void capture_begin(at::MempoolId_t pool, at::GraphCaptureMode mode) override {
    calls_.capture_begin(room_.data(), pool, ModeOf(mode));
  }
  void capture_end() override { calls_.capture_end(room_.data()); }
  void instantiate() override { calls_.instantiate(room_.data()); }
  void replay() override { calls_.replay(room_.data()); }
  void reset() override { calls_.reset(room_.data()); }
  at::MempoolId_t pool() const override { return calls_.pool(room_.data()); }
  void enable_debug_mode() override {}
  void debug_dump(const std::string&) override {}

 private:
  static constexpr size_t kRoom = 8192;
  static constexpr std::byte kUntouched{0xa5};

  const Calls calls_;
  alignas(std::max_align_t) mutable std::array<std::byte, kRoom> room_;
};

}  // namespace

std::string AddCudaGraphs(void* library) {
  if (at::has_graph_impl(at::kCUDA)) return "";
#ifdef __linux__
  Calls calls;
  std::string missing;
  const auto find = [&]<typename Call>(Call*& call, const std::string& name) {
    const std::string mangled = "_ZN2at4cuda9CUDAGraph" + name;
    call = reinterpret_cast<Call*>(dlsym(library, mangled.c_str()));
    if (call == nullptr) missing = mangled;
  };
  find(calls.construct, "C1Eb");
  find(calls.destroy, "D1Ev");
  find(calls.capture_begin,
       "13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
  find(calls.capture_end, "11capture_endEv");
  find(calls.instantiate, "11instantiateEv");
  find(calls.replay, "6replayEv");
  find(calls.reset, "5resetEv");
  find(calls.pool, "4poolEv");
  if (!missing.empty()) return "this LibTorch has no " + missing;
  at::GraphImplRegistry()->Register(
      c10::DeviceTypeName(at::kCUDA, /*lower_case=*/false),
      [calls](const at::GraphImplArgs& arguments)
          -> std::unique_ptr<at::GraphImplInterface> {
        return std::make_unique<CudaGraph>(calls, arguments.keep_graph);
      });
  return "";
#else
  (void)library;
  return "not on this system";
#endif
}

}  // namespace credo
