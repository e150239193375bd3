// The contract of a belief core in the runtime: the twin of
// agents/networks/belief_core.h. What cores are made of stands in
// sdk/model/cores.h.
#ifndef CREDO_SDK_RUNTIME_CORE_H_
#define CREDO_SDK_RUNTIME_CORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sdk/base/state_layout.h"
#include "sdk/base/status.h"
#include "sdk/model/cores.h"
#include "sdk/model/options.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/memory.h"

namespace credo::runtime {

// Rows that are computed together at most. More only share weights that lie in
// the cache by then.
inline constexpr int64_t kMaxRows = 32;

// One record of each row, at most kMaxRows of them.
struct CoreBatch {
  int64_t rows = 0;
  // The encoding of each row at the front, with room for all other inputs:
  // input_stride() floats per row.
  FloatRows input;
  FloatRows actions;            // as network input; zero at first records
  const float* rewards;         // [rows], clipped; zero at first records
  std::byte* const* states;     // replaced in place; zero at first records
  float* const* beliefs;        // Padded(belief_size()) floats each
  float* scratch;
};

class Core {
 public:
  virtual ~Core() = default;
  virtual const StateLayout& layout() const = 0;
  virtual int64_t belief_size() const = 0;
  // Leading columns of the belief: all but the memory's.
  virtual int64_t recurrent_size() const = 0;
  virtual int64_t input_stride() const = 0;
  virtual int64_t scratch(int64_t rows) const = 0;
  virtual const Memory& memory() const = 0;
  // Where the memory's contents begin in a state, in bytes.
  virtual int64_t memory_offset() const = 0;
  virtual void Step(const Kernels& kernels, const CoreBatch& batch) const = 0;
};

struct CorePart {
  PartInfo info;
  std::function<Result<std::unique_ptr<Core>>(
      const Options&, const Source&, const CorePlace& place)>
      make;
};

// memoryless, lstm, gru, with memories out of `memories`. A host's own build
// adds to its copy.
std::vector<CorePart> Cores(const std::vector<MemoryPart>& memories);

CorePart MemorylessCore();
CorePart LstmCore(std::vector<MemoryPart> memories);
CorePart GruCore(std::vector<MemoryPart> memories);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_CORE_H_
