// What recurrent cores share: their inputs, and a memory that is written after
// each of their steps.
#ifndef CREDO_AGENTS_RECURRENT_CORE_H_
#define CREDO_AGENTS_RECURRENT_CORE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/belief_core.h"

namespace credo {

// The options that every recurrent core has.
struct RecurrentCoreOptions : Options {
  explicit RecurrentCoreOptions(PartCatalog catalog);
  void Visit(FieldVisitor& v) override;

  PartCatalog memories;
  int64_t size = 128;
  bool reward_input = true;
  Selection memory;
};

// A core whose state is some vectors of `size` units and the memory's fields.
//
//   v_t      = step of [e_t, a_t, r_t]     the action and reward that led here
//   M_t      = memory.Write(e_t, first of v_t)
//   belief   = [what the step shows, shown columns of M_t]
class RecurrentCore : public BeliefCore {
 public:
  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override {
    return recurrent_size() + memory_->shown();
  }
  const Memory& memory() const override { return *memory_; }

  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t carry) const override;

 protected:
  // `fields` are the names of the state's vectors; the first is the one that
  // the memory sees.
  RecurrentCore(const RecurrentCoreOptions& options,
                const std::vector<std::string>& fields);
  // To be called once, by the constructor, when the core's own parameters are
  // declared. Declares the memory's below "NAME.memory".
  void AddMemory(const RecurrentCoreOptions& options, const MemoryPart& memory,
                 Parameters& parameters, const std::string& name,
                 int64_t encoding);

  // Numbers of an input of the step.
  static int64_t Inputs(const RecurrentCoreOptions& options, int64_t encoding,
                        int64_t action_inputs) {
    return encoding + action_inputs + (options.reward_input ? 1 : 0);
  }

  struct Steps {
    std::vector<at::Tensor> vectors;  // of the state, [T, B, size] each
    std::vector<at::Tensor> shown;    // columns of the belief, [T, B, .] each
  };
  // All steps at once. `before` holds the state's vectors [B, size].
  virtual Steps Run(const at::Tensor& inputs,
                    const std::vector<at::Tensor>& before,
                    const at::Tensor& keep) const = 0;

 private:
  at::Tensor Contents(const at::Tensor& state) const;

  bool reward_input_;
  size_t vectors_;
  std::unique_ptr<Memory> memory_;
  StateLayout layout_;
};

// The memory of this name. Throws when it is not listed.
const MemoryPart& FindMemory(const std::vector<MemoryPart>& memories,
                             const std::string& kind);

// The part of a Core whose CoreOptions derive from RecurrentCoreOptions.
template <typename CoreOptions, typename Core>
BeliefCorePart RecurrentPart(const char* name, const char* summary,
                             std::vector<MemoryPart> memories) {
  PartCatalog catalog;
  for (const MemoryPart& part : memories) catalog.push_back(part.info);
  return {{name, summary,
           [catalog] { return std::make_unique<CoreOptions>(catalog); }},
          [memories](const Options& any, Parameters& parameters,
                     const std::string& core, int64_t encoding,
                     int64_t action_inputs) -> std::unique_ptr<BeliefCore> {
            const auto& options = dynamic_cast<const CoreOptions&>(any);
            return std::make_unique<Core>(
                options, FindMemory(memories, options.memory.kind), parameters,
                core, encoding, action_inputs);
          }};
}

}  // namespace credo

#endif  // CREDO_AGENTS_RECURRENT_CORE_H_
