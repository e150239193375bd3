// Whole updates of the learner, each from a fresh unroll whose making is not
// timed. The counters are microseconds per frame of Learner::times().

#include "tests/benchmark/scenes.h"
#include "tests/benchmark/subjects.h"

namespace credo {
namespace {

void TimeUpdate(benchmark::State& state, const Setting& setting) {
  Scene& scene = Scene::Of(setting);
  const UpdateTimes before = scene.experiment().learner().times();
  for (auto _ : state) {
    state.PauseTiming();
    scene.experiment().Act();
    state.ResumeTiming();
    scene.Learn();
  }
  const UpdateTimes& after = scene.experiment().learner().times();
  const auto frames = static_cast<double>(scene.frames());
  CountFrames(state, frames);
  const auto count = [&](const std::string& name, double seconds) {
    state.counters[name] =
        seconds * 1e6 / (static_cast<double>(state.iterations()) * frames);
  };
  count("core", after.core - before.core);
  count("heads", after.heads - before.heads);
  for (size_t i = 0; i < after.tasks.size(); ++i) {
    count("auxiliary." + std::to_string(i), after.tasks[i] - before.tasks[i]);
  }
  count("probes", after.probes - before.probes);
  count("optimiser", after.optimiser - before.optimiser);
  const std::string problem = scene.Problem();
  Require(problem.empty(), problem);
}

}  // namespace

void RegisterUpdates() {
  for (const Setting& setting : Settings()) {
    Register("Update/" + setting.name, [setting](benchmark::State& state) {
      TimeUpdate(state, setting);
    });
  }
  for (const Setting& setting : PeerSettings()) {
    Register("Peer/" + setting.name, [setting](benchmark::State& state) {
      TimeUpdate(state, setting);
    });
  }
  for (const Setting& setting : SimcoreSettings()) {
    Register("Simcore/" + setting.name, [setting](benchmark::State& state) {
      TimeUpdate(state, setting);
    });
  }
}

}  // namespace credo
