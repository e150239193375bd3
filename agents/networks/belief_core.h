// The contract of a belief core: what turns encodings and actions into beliefs.
//
// A core keeps nothing between calls. All that must be kept to go on is the
// belief state, one flat row per character that goes in and comes back; zero
// bytes are the state before an episode.
//
// Shape letters: T steps, B characters, E encoding, A action inputs, D belief,
// M numbers of the memory, S f32 numbers of a belief state.
#ifndef CREDO_AGENTS_NETWORKS_BELIEF_CORE_H_
#define CREDO_AGENTS_NETWORKS_BELIEF_CORE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "memory/memory.h"
#include "sdk/base/state_layout.h"
#include "sdk/model/cores.h"
#include "sdk/model/options.h"
#include "sdk/tensor/named_loss.h"
#include "sdk/tensor/parameters.h"

namespace credo {

struct CoreInput {
  at::Tensor encoded;  // [T, B, E]
  at::Tensor actions;  // [T, B, A], that led to the record; zero at first ones
  at::Tensor rewards;  // [T, B], on arriving, clipped; zero at first records
  // [T, B]: 0 at first records, where the state is reset before the record is
  // consumed, else 1.
  at::Tensor keep;
};

struct CoreOutput {
  at::Tensor beliefs;  // [T, B, D]
  at::Tensor memory;   // [T, B, M], contents after each record
  at::Tensor state;    // [B, S] after record `carry`, without gradient
  std::vector<NamedLoss> losses;       // of the memory
  at::Tensor strength;  // of the memory's writes: see MemoryOutput
};

struct BeliefColumns {
  std::string name;  // "hidden", "tanh(cell)", "read", "memory", "encoding"
  int64_t count = 0;
};

class BeliefCore {
 public:
  virtual ~BeliefCore() = default;

  virtual const StateLayout& layout() const = 0;
  // D. Its first recurrent_size() columns are the core's own, what it read of
  // the memory included; those that the memory shows follow.
  virtual int64_t belief_size() const = 0;
  virtual int64_t recurrent_size() const = 0;
  // What the columns of a belief are, from the first on.
  virtual std::vector<BeliefColumns> belief_columns() const {
    return {{"core", recurrent_size()},
            {"memory", belief_size() - recurrent_size()}};
  }
  virtual const Memory& memory() const = 0;

  // Consumes T records. `state` [B, S] before the first of them.
  // REQUIRES: 0 <= carry < T.
  virtual CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                            int64_t carry) const = 0;
};

struct BeliefCorePart {
  PartInfo info;
  // Declares the core's parameters below `place.name`.
  std::function<std::unique_ptr<BeliefCore>(const Options&, Parameters&,
                                            const CorePlace& place)>
      make;
};

// memoryless, lstm, gru, with memories out of `memories`. A host adds its own.
std::vector<BeliefCorePart> BeliefCores(std::vector<MemoryPart> memories);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_BELIEF_CORE_H_
