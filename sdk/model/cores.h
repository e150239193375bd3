// The belief cores: from encodings and actions to beliefs.
//
//   memoryless  the belief is the encoding
//   lstm, gru   x_t = [e_t, a_t, r_t, read_{t-1}]     the last two as options
//               v_t = step of x_t                     h_t is the first of v_t
//               read_t = memory before this step's write, at Linear(h_t)
//               M_t = memory.Write(e_t, h_t)
//               belief = [what the step shows, read_t, shown columns of M_t]
//
// A read sees the memory before the write, so that it is never a copy of the
// present.
#ifndef CREDO_SDK_MODEL_CORES_H_
#define CREDO_SDK_MODEL_CORES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/state_layout.h"
#include "sdk/model/layers.h"
#include "sdk/model/memory_shape.h"
#include "sdk/model/options.h"

namespace credo {

// What a core is made for.
struct CorePlace {
  std::string name;           // of its parameters: "agent.core"
  int64_t encoding = 0;       // E
  int64_t action_inputs = 0;  // A, numbers of an encoded action
};

struct MemorylessOptions : Options {
  void Visit(FieldVisitor&) override {}
};

// The options that every recurrent core has.
struct RecurrentCoreOptions : Options {
  explicit RecurrentCoreOptions(PartCatalog catalog);
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;

  PartCatalog memories;
  int64_t size = 128;
  bool reward_input = true;
  Selection memory;
  bool show_memory = true;
  int64_t reads = 0;
  bool read_input = false;
};

struct LstmCoreOptions : RecurrentCoreOptions {
  using RecurrentCoreOptions::RecurrentCoreOptions;
  double forget_bias = 1.5;
  void Visit(FieldVisitor& v) override;
};

struct GruCoreOptions : RecurrentCoreOptions {
  using RecurrentCoreOptions::RecurrentCoreOptions;
  void Visit(FieldVisitor& v) override;
};

// Where things are in the state and in the belief of a recurrent core.
struct RecurrentShape {
  // `vectors`: names of the state's vectors of `size` units, the hidden state
  // first; `shown` of them, or functions of them, open the belief.
  RecurrentShape(const RecurrentCoreOptions& options, const CorePlace& place,
                 const std::vector<std::string>& vectors, int64_t shown,
                 const MemoryShape& memory);

  int64_t inputs = 0;     // of the step, the read included
  int64_t reads = 0;      // numbers of all reads together
  int64_t recurrent = 0;  // leading columns of the belief: all but the memory's
  int64_t belief = 0;     // D
  int64_t shown_memory = 0;
  LinearSpec query;       // of the hidden state; without outputs: no read
  // The vectors; "read" where it is fed back; the memory's fields below
  // "memory.".
  StateLayout layout;
  size_t first_memory_field = 0;
};

// `memories` are those that the core may choose from.
PartInfo MemorylessInfo();
PartInfo LstmCoreInfo(PartCatalog memories);
PartInfo GruCoreInfo(PartCatalog memories);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_CORES_H_
