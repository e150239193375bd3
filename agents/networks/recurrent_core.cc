#include "agents/networks/recurrent_core.h"

#include <torch/types.h>

#include <utility>

#include "sdk/tensor/state_rows.h"

namespace credo {
namespace {

// Row t of all inputs, as a sequence of one step.
CoreInput StepOf(const CoreInput& input, int64_t t) {
  const auto one = [t](const at::Tensor& x) {
    return x.defined() ? x.narrow(0, t, 1) : x;
  };
  return {one(input.encoded), one(input.actions), one(input.rewards),
          one(input.keep)};
}

at::Tensor Stacked(const std::vector<at::Tensor>& steps) {
  return steps[0].defined() ? at::cat(steps) : at::Tensor();
}

// The losses of single steps as those of all: means of means.
std::vector<NamedLoss> MeanLosses(
    const std::vector<std::vector<NamedLoss>>& steps) {
  std::vector<NamedLoss> mean = steps[0];
  for (size_t i = 0; i < mean.size(); ++i) {
    for (size_t t = 1; t < steps.size(); ++t) {
      mean[i].value = mean[i].value + steps[t][i].value;
    }
    mean[i].value = mean[i].value / static_cast<double>(steps.size());
  }
  return mean;
}

MemoryPlace PlaceOfMemory(const RecurrentCoreOptions& options,
                          const CorePlace& place) {
  return {place.name + ".memory", place.encoding, options.size};
}

// What the memory will be, before its parameters are declared.
MemoryShape ShapeOf(const MemoryPart& part,
                    const RecurrentCoreOptions& options,
                    const CorePlace& place) {
  Parameters none;
  return part
      .make(*options.memory.options, none, PlaceOfMemory(options, place))
      ->shape();
}

}  // namespace

RecurrentCore::RecurrentCore(const RecurrentCoreOptions& options,
                             const CorePlace& place,
                             const std::vector<std::string>& vectors,
                             const std::vector<std::string>& shown,
                             const MemoryPart& memory)
    : reward_input_(options.reward_input),
      read_input_(options.read_input),
      vectors_(vectors.size()),
      shown_(shown),
      shape_(options, place, vectors, static_cast<int64_t>(shown.size()),
             ShapeOf(memory, options, place)) {}

std::vector<BeliefColumns> RecurrentCore::belief_columns() const {
  const auto vectors = static_cast<int64_t>(shown_.size());
  const int64_t size = (shape_.recurrent - shape_.reads) / vectors;
  std::vector<BeliefColumns> columns;
  for (const std::string& name : shown_) columns.push_back({name, size});
  if (shape_.reads > 0) columns.push_back({"read", shape_.reads});
  if (shape_.shown_memory > 0) {
    columns.push_back({"memory", shape_.shown_memory});
  }
  return columns;
}

void RecurrentCore::AddMemory(const RecurrentCoreOptions& options,
                              const CorePlace& place,
                              const MemoryPart& memory,
                              Parameters& parameters) {
  memory_ = memory.make(*options.memory.options, parameters,
                        PlaceOfMemory(options, place));
  if (shape_.reads > 0) query_.emplace(parameters, shape_.query);
}

at::Tensor RecurrentCore::Inputs(const CoreInput& input) const {
  std::vector<at::Tensor> inputs = {input.encoded, input.actions};
  if (reward_input_) inputs.push_back(input.rewards.unsqueeze(-1));
  return at::cat(inputs, -1);
}

at::Tensor RecurrentCore::Read(const at::Tensor& hidden,
                               const at::Tensor& contents) const {
  const at::Tensor queries =
      (*query_)(hidden).view({hidden.size(0) * hidden.size(1), -1,
                              memory_->shape().query});
  return memory_->Read(contents.flatten(0, 1), queries)
      .reshape({hidden.size(0), hidden.size(1), shape_.reads});
}

RecurrentCore::Trace RecurrentCore::RunWhole(const CoreInput& input,
                                             const State& state) const {
  Trace trace;
  trace.steps = Run(Inputs(input), state.vectors, input.keep);
  const at::Tensor& hidden = trace.steps.vectors[0];
  trace.memory =
      memory_->Write(input.encoded, hidden, state.contents, input.keep);
  if (!query_) return trace;
  const int64_t steps = hidden.size(0);
  at::Tensor before = at::cat({state.contents.unsqueeze(0),
                               trace.memory.contents.narrow(0, 0, steps - 1)});
  if (input.keep.defined()) before = before * input.keep.unsqueeze(-1);
  trace.reads = Read(hidden, before);
  return trace;
}

RecurrentCore::Trace RecurrentCore::RunStepwise(const CoreInput& input,
                                                const State& state) const {
  State now = state;
  std::vector<std::vector<at::Tensor>> vectors(vectors_);
  std::vector<std::vector<at::Tensor>> shown;
  std::vector<at::Tensor> reads;
  std::vector<at::Tensor> contents;
  std::vector<at::Tensor> strengths;
  std::vector<std::vector<NamedLoss>> losses;
  for (int64_t t = 0; t < input.encoded.size(0); ++t) {
    const CoreInput one = StepOf(input, t);
    const at::Tensor kept =
        one.keep.defined() ? one.keep[0].unsqueeze(-1) : at::Tensor();
    if (kept.defined()) {
      now.read = now.read * kept;
      now.contents = now.contents * kept;
    }
    Steps step = Run(at::cat({Inputs(one), now.read.unsqueeze(0)}, -1),
                     now.vectors, one.keep);
    const at::Tensor hidden = step.vectors[0];
    reads.push_back(Read(hidden, now.contents.unsqueeze(0)));
    MemoryOutput memory =
        memory_->Write(one.encoded, hidden, now.contents, {});
    shown.resize(step.shown.size());
    for (size_t i = 0; i < shown.size(); ++i) {
      shown[i].push_back(step.shown[i]);
    }
    for (size_t i = 0; i < vectors_; ++i) {
      vectors[i].push_back(step.vectors[i]);
      now.vectors[i] = step.vectors[i][0];
    }
    now.read = reads.back()[0];
    now.contents = memory.contents[0];
    contents.push_back(memory.contents);
    strengths.push_back(memory.strength);
    losses.push_back(std::move(memory.losses));
  }
  Trace trace;
  for (const auto& vector : vectors) {
    trace.steps.vectors.push_back(at::cat(vector));
  }
  for (const auto& column : shown) {
    trace.steps.shown.push_back(at::cat(column));
  }
  trace.reads = at::cat(reads);
  trace.memory = {at::cat(contents), Stacked(strengths), MeanLosses(losses)};
  return trace;
}

CoreOutput RecurrentCore::Unroll(const CoreInput& input,
                                 const at::Tensor& state,
                                 int64_t carry) const {
  Trace trace = read_input_ ? RunStepwise(input, Unpack(state))
                            : RunWhole(input, Unpack(state));
  CoreOutput output;
  std::vector<at::Tensor> columns = trace.steps.shown;
  if (trace.reads.defined()) columns.push_back(trace.reads);
  if (shape_.shown_memory > 0) {
    columns.push_back(
        trace.memory.contents.narrow(2, 0, shape_.shown_memory));
  }
  output.beliefs = columns.size() == 1 ? columns[0] : at::cat(columns, -1);
  output.memory = trace.memory.contents;
  output.state = Pack(trace, carry);
  output.losses = std::move(trace.memory.losses);
  output.strength = trace.memory.strength;
  return output;
}

RecurrentCore::State RecurrentCore::Unpack(const at::Tensor& state) const {
  State unpacked;
  size_t field = 0;
  for (; field < vectors_; ++field) {
    unpacked.vectors.push_back(StateColumns(shape_.layout, state, field));
  }
  if (read_input_) {
    unpacked.read = StateColumns(shape_.layout, state, field++);
  }
  std::vector<at::Tensor> contents;
  for (; field < shape_.layout.fields().size(); ++field) {
    contents.push_back(StateColumns(shape_.layout, state, field));
  }
  unpacked.contents = contents.empty()
                          ? state.new_zeros({state.size(0), 0})
                      : contents.size() == 1 ? contents[0]
                                             : at::cat(contents, -1);
  return unpacked;
}

at::Tensor RecurrentCore::Pack(const Trace& trace, int64_t t) const {
  std::vector<at::Tensor> fields;
  for (const at::Tensor& vector : trace.steps.vectors) {
    fields.push_back(vector[t]);
  }
  if (read_input_) fields.push_back(trace.reads[t]);
  int64_t begin = 0;
  for (size_t i = shape_.first_memory_field;
       i < shape_.layout.fields().size(); ++i) {
    const int64_t size = ElementCount(shape_.layout.fields()[i].shape);
    fields.push_back(trace.memory.contents[t].narrow(1, begin, size));
    begin += size;
  }
  return PackState(shape_.layout, fields);
}

const MemoryPart& FindMemory(const std::vector<MemoryPart>& memories,
                             const std::string& kind) {
  const MemoryPart* part = FindPart(memories, kind);
  TORCH_CHECK(part != nullptr, "no memory named ", kind);
  return *part;
}

}  // namespace credo
