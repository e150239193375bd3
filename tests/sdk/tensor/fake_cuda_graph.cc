// The class of LibTorch's half for CUDA by which graphs are made, without CUDA:
// a library of it exports the names that credo looks for. Where the real one
// records and runs, this one adds a digit to what `credo_calls` points at.
#include <utility>

enum cudaStreamCaptureMode { kGlobal, kThreadLocal, kRelaxed };

extern "C" int* credo_calls = nullptr;

namespace at::cuda {

struct CUDAGraph {
  explicit CUDAGraph(bool keep_graph);
  ~CUDAGraph();
  void capture_begin(std::pair<unsigned long long, unsigned long long> pool,
                     cudaStreamCaptureMode mode);
  void capture_end();
  void instantiate();
  void replay();
  void reset();
  std::pair<unsigned long long, unsigned long long> pool();

  void Add(int digit) { *credo_calls = *credo_calls * 10 + digit; }

  std::pair<unsigned long long, unsigned long long> pool_;
  char more[432] = {};
};

CUDAGraph::CUDAGraph(bool keep_graph) { Add(keep_graph ? 9 : 1); }
CUDAGraph::~CUDAGraph() { Add(7); }
void CUDAGraph::capture_begin(
    std::pair<unsigned long long, unsigned long long> pool,
    cudaStreamCaptureMode mode) {
  pool_ = pool;
  Add(mode == kThreadLocal ? 2 : 9);
}
void CUDAGraph::capture_end() { Add(3); }
void CUDAGraph::instantiate() { Add(4); }
void CUDAGraph::replay() { Add(5); }
void CUDAGraph::reset() { Add(6); }
std::pair<unsigned long long, unsigned long long> CUDAGraph::pool() {
  return pool_;
}

}  // namespace at::cuda
