// Small experiments, one for each kind of core, memory and frame model.
#ifndef CREDO_TESTS_AGENTS_PART_CASES_H_
#define CREDO_TESTS_AGENTS_PART_CASES_H_

#include <ostream>
#include <string>
#include <vector>

namespace credo {

struct PartCase {
  std::string name;
  std::string core;
  std::string more;
  std::string encoder = "{kind: mlp, sizes: [12], standardise: 2}";

  friend void PrintTo(const PartCase& value, std::ostream* out) {
    *out << value.name;
  }
};

inline std::string Yaml(const PartCase& test) {
  return "world: {kind: city, room: 3, task: goal, episode: 5, height: 8, "
         "width: 8}\n"
         "agent:\n"
         "  encoder: " + test.encoder + "\n"
         "  core: " + test.core + "\n"
         "learner: {unroll: 8, batch: 6, actor_group: 3}\n"
         "probes: [{kind: class, target: pose.cell}]\n"
         "probing: {every: 1}\n" +
         test.more;
}

inline std::string SimcoreYaml(const std::string& decoder) {
  return "auxiliary: [{kind: simcore, overshoot: 4, starts: 2, frames: 2, "
         "size: 8, decoder: " +
         decoder + "}]\n";
}

inline std::vector<PartCase> PartCases() {
  const std::string lstm = "{kind: lstm, size: 10";
  const std::string deterministic = SimcoreYaml("{kind: deterministic}");
  const auto with = [&](const std::string& memory) {
    return lstm + (", reads: 1, memory: {kind: " + memory + "}}");
  };
  return {
      {"agent", lstm + "}", ""},
      {"gru", "{kind: gru, size: 10}", deterministic},
      {"deterministic", lstm + "}", deterministic},
      {"generator", lstm + "}",
       SimcoreYaml("{kind: deterministic, generator: conv}"),
       "{kind: conv, channels: [4], kernels: [3], strides: [2], size: 12, "
       "standardise: 2}"},
      {"mean_frame", lstm + "}", SimcoreYaml("{kind: mean_frame}")},
      {"latent", lstm + "}", SimcoreYaml("{kind: latent, geco: {warmup: 2}}")},
      {"conv_draw", lstm + "}",
       SimcoreYaml("{kind: conv_draw, geco: {warmup: 2}}")},
      {"cpc", lstm + "}", SimcoreYaml("{kind: cpc}")},
      {"addressed", with("addressed, slots: 4, width: 5"), deterministic},
      {"slots", with("slots, slots: 4, width: 5, key: 3"), deterministic},
      {"kanerva", with("kanerva, rows: 4, width: 5"), deterministic},
      {"kanerva_dkm",
       with("kanerva, rows: 4, width: 5, address: least_squares"),
       deterministic},
      {"delta", with("delta, rows: 4, width: 5"), deterministic},
  };
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_PART_CASES_H_
