// What the benchmarks share: settings out of examples/configs, each with a
// learner that has learned for a moment.
#ifndef CREDO_TESTS_BENCHMARK_SCENES_H_
#define CREDO_TESTS_BENCHMARK_SCENES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agents/learning/parts.h"
#include "tests/agents/experiment.h"

namespace credo {

// A loss whose speed is told: an example configuration, perhaps changed.
struct Setting {
  std::string name;                  // as in the names of benchmarks
  std::string config;                // file in examples/configs
  std::vector<std::string> changes;  // "key=value" on top of it
};

// simulator, next_step, oracle, rl_only, rl_simulator.
std::vector<Setting> Settings();

// What frame models, memories and long overshoots cost: agent_tiles and
// agent_pictures learn from the reward alone, MODEL_vs_agent beside them;
// overshoot_1 and overshoot_32 decode equally many frames; memory_KIND hold
// equally many numbers.
std::vector<Setting> SimcoreSettings();

// What stands beside other systems (scripts/bench_peers.py): an agent in the
// city at 24x24, alone and with a frame model or a memory, and one of 64 and 64
// units.
std::vector<Setting> PeerSettings();

// All of a setting's keys.
std::string SettingYaml(const Setting& setting);

// The parts that settings name.
const Parts& SharedParts();

// A learner and its actors in a typical state: past the first updates, in which
// weights are small and losses at chance.
class Scene {
 public:
  // Made at the first call and shared from then on.
  static Scene& Of(const Setting& setting);

  Experiment& experiment() { return experiment_; }
  const LearnerOptions& options() const {
    return experiment_.options().learner;
  }
  // T * B.
  int64_t frames() const { return options().frames_per_update(); }

  // One update from the present unroll.
  std::vector<Metric> Learn(bool log = false);

  // Why the learner does not learn; empty when it does. Takes an update, whose
  // losses must be below those of the very first.
  std::string Problem();

 private:
  explicit Scene(const Setting& setting);

  Experiment experiment_;
  int64_t update_ = 0;
  std::vector<Metric> first_;
};

}  // namespace credo

#endif  // CREDO_TESTS_BENCHMARK_SCENES_H_
