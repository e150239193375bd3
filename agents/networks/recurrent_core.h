// What recurrent cores share: their inputs, a memory that is written after each
// of their steps, and reads of it. The formulas stand in sdk/model/cores.h.
#ifndef CREDO_AGENTS_NETWORKS_RECURRENT_CORE_H_
#define CREDO_AGENTS_NETWORKS_RECURRENT_CORE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/networks/belief_core.h"
#include "sdk/model/cores.h"
#include "sdk/tensor/layers.h"

namespace credo {

class RecurrentCore : public BeliefCore {
 public:
  const StateLayout& layout() const override { return shape_.layout; }
  int64_t belief_size() const override { return shape_.belief; }
  int64_t recurrent_size() const override { return shape_.recurrent; }
  std::vector<BeliefColumns> belief_columns() const override;
  const Memory& memory() const override { return *memory_; }

  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t carry) const override;

 protected:
  // `vectors` are the names of the state's vectors; the first is the one that
  // the memory sees. `shown` names what of them opens the belief.
  RecurrentCore(const RecurrentCoreOptions& options, const CorePlace& place,
                const std::vector<std::string>& vectors,
                const std::vector<std::string>& shown,
                const MemoryPart& memory);
  // To be called once, by the constructor, when the core's own parameters are
  // declared: those of the memory and of its reads follow them.
  void AddMemory(const RecurrentCoreOptions& options, const CorePlace& place,
                 const MemoryPart& memory, Parameters& parameters);

  const RecurrentShape& shape() const { return shape_; }

  struct Steps {
    std::vector<at::Tensor> vectors;  // of the state, [T, B, size] each
    std::vector<at::Tensor> shown;    // columns of the belief, [T, B, .] each
  };
  // All steps at once. `before` holds the state's vectors [B, size].
  virtual Steps Run(const at::Tensor& inputs,
                    const std::vector<at::Tensor>& before,
                    const at::Tensor& keep) const = 0;

 private:
  // The state in pieces, and what some steps leave of it.
  struct State {
    std::vector<at::Tensor> vectors;  // [B, size]
    at::Tensor read;                  // [B, reads]; undefined when not kept
    at::Tensor contents;              // [B, M]
  };
  struct Trace {
    Steps steps;
    at::Tensor reads;  // [T, B, reads]; undefined without
    MemoryOutput memory;
  };
  State Unpack(const at::Tensor& state) const;
  at::Tensor Pack(const Trace& trace, int64_t t) const;

  // All steps at once: nothing that is read comes back to the core.
  Trace RunWhole(const CoreInput& input, const State& state) const;
  // One after the other, as each sees what the last one read.
  Trace RunStepwise(const CoreInput& input, const State& state) const;
  at::Tensor Inputs(const CoreInput& input) const;
  // hidden [T, B, H]; contents [T, B, M] before the write of each step.
  at::Tensor Read(const at::Tensor& hidden, const at::Tensor& contents) const;

  bool reward_input_;
  bool read_input_;
  size_t vectors_;
  std::vector<std::string> shown_;
  std::unique_ptr<Memory> memory_;
  RecurrentShape shape_;
  std::optional<Linear> query_;
};

// The memory of this name. Throws when it is not listed.
const MemoryPart& FindMemory(const std::vector<MemoryPart>& memories,
                             const std::string& kind);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_RECURRENT_CORE_H_
