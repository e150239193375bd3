#include "sdk/model/simulator.h"

#include <algorithm>
#include <utility>

namespace credo {

SimcoreOptions::SimcoreOptions(PartCatalog catalog)
    : decoders(std::move(catalog)),
      decoder(Select(decoders, "deterministic")) {}

void SimcoreOptions::Visit(FieldVisitor& v) {
  v.Int("overshoot", overshoot, {1, 10000},
        ForLearning("steps simulated ahead"));
  v.Int("starts", starts, {1, 10000},
        ForLearning("simulations per column of an unroll"));
  v.Int("frames", frames, {0, 10000},
        ForLearning("frames decoded per simulation beside the present one; 0: "
                    "all"));
  v.Bool("now", now,
         ForLearning("whether the start's own frame is decoded too (k = 0)"));
  v.Choice("scheme", scheme, {"full_horizon", "pairs"},
           ForLearning("full_horizon: starts whose whole overshoot lies in the "
                       "unroll; pairs: all pairs of start and offset alike"));
  v.Int("size", size, {1, 8192}, "units of the simulator's LSTM");
  v.Real("forget_bias", forget_bias, {-10, 10},
         ForLearning("added to the start of the forget gate's bias"));
  v.Real("weight", weight, {0, 1e6}, ForLearning("factor on the loss"));
  v.Texts("observations", observations,
          "names of the observations to predict; [] means all");
  v.Part("decoder", decoder, decoders, "frame model");
  v.Int("reads", reads, {1, 64},
        Later("reads of the memory at each simulated step"));
  v.Bool("actions", actions,
         Later("whether the simulator is told the actions; without them it "
               "predicts what the policy will have led to"));
}

std::optional<OptionProblem> SimcoreOptions::Check() const {
  if (frames <= overshoot) return std::nullopt;
  return OptionProblem{"frames", "expected at most overshoot (" +
                                     std::to_string(overshoot) + "), found " +
                                     std::to_string(frames)};
}

SimulatorModel::SimulatorModel(const SimcoreOptions& options,
                               const std::string& name, int64_t belief_columns,
                               int64_t action_inputs,
                               const MemoryShape& memory)
    : recurrent(belief_columns),
      reads(memory.query > 0 ? options.reads : 0),
      actions(options.actions),
      start{name + ".simulator.start", belief_columns, 2 * options.size},
      lstm{name + ".simulator.lstm", action_inputs, options.size},
      query{name + ".simulator.query", options.size, reads * memory.query},
      outputs(options.size + reads * memory.read) {}

Result<std::vector<ObservationSpec>> ChosenObservations(
    const std::vector<std::string>& names,
    const std::vector<ObservationSpec>& observations) {
  if (names.empty()) return observations;
  std::vector<ObservationSpec> chosen;
  for (const std::string& name : names) {
    const auto found =
        std::ranges::find(observations, name, &ObservationSpec::name);
    if (found == observations.end()) {
      std::string known;
      for (const ObservationSpec& spec : observations) {
        known += (known.empty() ? "'" : ", '") + spec.name + "'";
      }
      return InvalidArgument("observations: expected some of " + known +
                             ", found '" + name + "'");
    }
    if (std::ranges::find(chosen, name, &ObservationSpec::name) !=
        chosen.end()) {
      return InvalidArgument(
          "observations: expected names that differ, found '" + name +
          "' twice");
    }
    chosen.push_back(*found);
  }
  return chosen;
}

PartInfo SimcoreInfo(PartCatalog decoders) {
  return {kSimcore,
          "predict frames far ahead from the belief and actions alone",
          [decoders = std::move(decoders)] {
            return std::make_unique<SimcoreOptions>(decoders);
          }};
}

}  // namespace credo
