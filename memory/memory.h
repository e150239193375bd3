// The contract of a memory beside a recurrent core.
//
// A memory keeps nothing between calls: its contents go in and come back, as
// one flat row of f32 per character, all zero when an episode opens. What it
// holds can be read by query from anywhere: by a simulation, which reads the
// memory as it stood at the simulation's start, by a probe, and by the core.
// What a memory is made of and its sizes stand in sdk/model/, for the runtime
// too.
//
// Shape letters: T steps, B characters, E encoding, H hidden units of the core,
// M numbers of the memory, R rows, K queries per row, N places (slots, rows).
#ifndef CREDO_MEMORY_MEMORY_H_
#define CREDO_MEMORY_MEMORY_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sdk/model/memory_shape.h"
#include "sdk/model/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/parameters.h"

namespace credo {

struct MemoryOutput {
  at::Tensor contents;  // [T, B, M], after the write of each step
  // [T, B] without gradient: how much of what it met a write replaced, 0 to 1.
  // Undefined for a memory that is not written.
  at::Tensor strength;
  std::vector<NamedLoss> losses;  // of its own, such as a Kanerva KL
};

// What is told of a read in logs; all without gradient.
struct ReadStatistics {
  // [R, K], 0 where one place is read, 1 where all are read alike.
  at::Tensor entropy;
  at::Tensor occupancy;  // [R], share of the places that hold something
};

class Memory {
 public:
  explicit Memory(MemoryShape shape)
      : shape_(std::move(shape)), size_(shape_.numbers()) {}
  virtual ~Memory() = default;

  // Fields of the contents, in the order of their columns, sizes of queries.
  const MemoryShape& shape() const { return shape_; }
  // M, the numbers of all fields without padding. 0 for a memory that holds
  // nothing.
  int64_t size() const { return size_; }

  // Writes once per step. `encoded` [T, B, E], `hidden` [T, B, H] after the
  // step, `contents` [B, M] before step 0, which an earlier Write left or
  // zeros; `keep` [T, B]: where 0, the contents are zeroed before the step's
  // write; undefined when nothing is reset. Differentiable in all but `keep`
  // and those columns of the contents that hold counts.
  virtual MemoryOutput Write(const at::Tensor& encoded,
                             const at::Tensor& hidden,
                             const at::Tensor& contents,
                             const at::Tensor& keep) const = 0;

  // contents [R, M], queries [R, K, shape().query] -> [R, K, shape().read].
  // Differentiable in both but for counts.
  virtual at::Tensor Read(const at::Tensor& contents,
                          const at::Tensor& queries) const = 0;

  // Of what Read would do. Undefined tensors for a memory that cannot tell.
  virtual ReadStatistics Watch(const at::Tensor& contents,
                               const at::Tensor& queries) const;

 private:
  MemoryShape shape_;
  int64_t size_;
};

struct MemoryPart {
  PartInfo info;
  // Declares the memory's parameters below `place.name`.
  std::function<std::unique_ptr<Memory>(const Options&, Parameters&,
                                        const MemoryPlace& place)>
      make;
};

// The part of a memory whose constructor takes (Model, Parameters&), where a
// Model is made of (its options, MemoryPlace): see sdk/model/.
template <typename MemoryNet, typename Model>
MemoryPart PartOf(PartInfo info) {
  return {std::move(info),
          [](const Options& options, Parameters& parameters,
             const MemoryPlace& place) -> std::unique_ptr<Memory> {
            return std::make_unique<MemoryNet>(
                Model(As<typename Model::OptionsType>(options), place),
                parameters);
          }};
}

// The sum over places of -w ln w, as a share of its maximum: [..., N] weights,
// of which the absolute values count, -> [...].
at::Tensor ShareOfEntropy(const at::Tensor& weights);

// none, addressed, slots, kanerva, delta. A host adds its own to its copy.
std::vector<MemoryPart> Memories();

}  // namespace credo

#endif  // CREDO_MEMORY_MEMORY_H_
