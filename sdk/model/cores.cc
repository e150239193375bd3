#include "sdk/model/cores.h"

#include <utility>

namespace credo {

RecurrentCoreOptions::RecurrentCoreOptions(PartCatalog catalog)
    : memories(std::move(catalog)), memory(Select(memories, "none")) {}

void RecurrentCoreOptions::Visit(FieldVisitor& v) {
  v.Bool("reward_input", reward_input, "whether the core sees the reward");
  v.Part("memory", memory, memories, "memory beside the core");
  v.Bool("show_memory", show_memory,
         Later("whether the belief shows what the memory holds, not reads "
               "alone"));
  v.Int("reads", reads, {0, 64},
        Later("reads of the memory that the belief holds, each at an address "
              "of the hidden state's"));
  v.Bool("read_input", read_input,
         Later("whether the core sees the reads of the step before; it then "
               "runs step by step"));
}

std::optional<OptionProblem> RecurrentCoreOptions::Check() const {
  if (reads > 0 && memory.kind == "none") {
    return OptionProblem{"reads", "expected 0 with the memory none, found " +
                                      std::to_string(reads)};
  }
  if (!read_input || reads > 0) return std::nullopt;
  return OptionProblem{"read_input",
                       "expected false without reads, found true"};
}

void LstmCoreOptions::Visit(FieldVisitor& v) {
  v.Int("size", size, {1, 8192}, "units of the LSTM");
  v.Real("forget_bias", forget_bias, {-10, 10},
         ForLearning("added to the start of the forget gate's bias; at 0 half "
                     "of the state is forgotten at each step"));
  RecurrentCoreOptions::Visit(v);
}

void GruCoreOptions::Visit(FieldVisitor& v) {
  v.Int("size", size, {1, 8192}, "units of the GRU");
  RecurrentCoreOptions::Visit(v);
}

RecurrentShape::RecurrentShape(const RecurrentCoreOptions& options,
                               const CorePlace& place,
                               const std::vector<std::string>& vectors,
                               int64_t shown, const MemoryShape& memory) {
  if (memory.query > 0) {
    reads = options.reads * memory.read;
    query = {place.name + ".read", options.size, options.reads * memory.query};
  }
  const int64_t fed_back = options.read_input ? reads : 0;
  inputs = place.encoding + place.action_inputs +
           (options.reward_input ? 1 : 0) + fed_back;
  recurrent = shown * options.size + reads;
  shown_memory = options.show_memory ? memory.shown : 0;
  belief = recurrent + shown_memory;
  for (const std::string& vector : vectors) {
    layout.Add(vector, DType::kF32, {options.size});
  }
  if (fed_back > 0) layout.Add("read", DType::kF32, {fed_back});
  first_memory_field = layout.fields().size();
  layout.Append("memory", memory.layout);
}

PartInfo MemorylessInfo() {
  return InfoOf<MemorylessOptions>(
      "memoryless", "the belief is the present encoding: the floor");
}

PartInfo LstmCoreInfo(PartCatalog memories) {
  return {"lstm", "an LSTM with a memory beside it",
          [memories = std::move(memories)] {
            return std::make_unique<LstmCoreOptions>(memories);
          }};
}

PartInfo GruCoreInfo(PartCatalog memories) {
  return {"gru", "a GRU with a memory beside it",
          [memories = std::move(memories)] {
            return std::make_unique<GruCoreOptions>(memories);
          }};
}

}  // namespace credo
