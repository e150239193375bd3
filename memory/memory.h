// The contract of a memory beside a recurrent core.
//
// A memory keeps nothing between calls: its contents go in and come back, as
// one flat row of f32 per character, all zero when an episode opens. What it
// holds can be read by address from anywhere, which is how a simulation reads
// the memory as it stood at the simulation's start.
//
// Shape letters: T steps, B characters, E encoding, H hidden units of the core,
// M numbers of the memory, R rows, K queries per row.
#ifndef CREDO_MEMORY_MEMORY_H_
#define CREDO_MEMORY_MEMORY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/state_layout.h"
#include "sdk/config/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/parameters.h"

namespace credo {

struct MemoryOutput {
  at::Tensor contents;            // [T, B, M], after the write of each step
  std::vector<NamedLoss> losses;  // of its own, such as a Kanerva KL
};

class Memory {
 public:
  virtual ~Memory() = default;

  // The fields of one character, in the order of the contents' columns. The M
  // numbers are those of all fields, without padding.
  virtual const StateLayout& layout() const = 0;
  // M. 0 for a memory that holds nothing.
  virtual int64_t size() const = 0;
  // How many of the M columns, from the first, the belief shows.
  virtual int64_t shown() const = 0;

  // Writes once per step. `encoded` [T, B, E], `hidden` [T, B, H] after the
  // step, `contents` [B, M] before step 0, `keep` [T, B]: where 0, the contents
  // are zeroed before the step's write; undefined when nothing is reset.
  // Differentiable in all but `keep`.
  virtual MemoryOutput Write(const at::Tensor& encoded,
                             const at::Tensor& hidden,
                             const at::Tensor& contents,
                             const at::Tensor& keep) const = 0;

  // Numbers of a query, and of what reading returns for it.
  virtual int64_t query_size() const = 0;
  virtual int64_t read_size() const = 0;
  // contents [R, M], queries [R, K, query_size()] -> [R, K, read_size()].
  // Differentiable in both.
  virtual at::Tensor Read(const at::Tensor& contents,
                          const at::Tensor& queries) const = 0;
};

struct MemoryPart {
  PartInfo info;
  // Declares the memory's parameters below `name`. E is the size of an
  // encoding, H that of the core's hidden state.
  std::function<std::unique_ptr<Memory>(const Options&, Parameters&,
                                        const std::string& name,
                                        int64_t encoding, int64_t hidden)>
      make;
};

// none, addressed. A host adds its own to its copy.
std::vector<MemoryPart> Memories();

}  // namespace credo

#endif  // CREDO_MEMORY_MEMORY_H_
