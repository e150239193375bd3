// Acting: the policy of each setting fills unrolls, on one thread; and how much
// a frame costs by the number of characters that act together.

#include <cmath>
#include <memory>
#include <utility>

#include "tests/benchmark/scenes.h"
#include "tests/benchmark/subjects.h"

namespace credo {
namespace {

class ActingTimer {
 public:
  ActingTimer(Scene& scene, int64_t columns, int64_t group) {
    const Experiment& experiment = scene.experiment();
    auto actors = ActorPool::Make(
        MakeWorldFactory(experiment.options(), SharedParts()),
        experiment.agent(),
        {ActionSource::kPolicy, /*seed=*/1, scene.options().reward_clip},
        /*first=*/0, columns, group, /*threads=*/0);
    ThrowUnlessOk(actors.status());
    actors_ = *std::move(actors);
    for (auto* unroll : {&now_, &before_}) {
      *unroll = std::make_unique<Unroll>(
          experiment.spec(), scene.options().unroll, columns,
          experiment.agent().core().layout().floats());
    }
    Fill(nullptr);
  }

  void Fill() {
    std::swap(now_, before_);
    Fill(before_.get());
  }

  // Whether each action was chosen by a policy that leaves a choice.
  bool Chosen() const {
    const at::Tensor chosen =
        now_->log_probabilities.slice(0, 1).masked_select(
            now_->kinds.slice(0, 1).ne(static_cast<int>(Kind::kFirst)));
    return chosen.isfinite().all().item<bool>() &&
           chosen.le(0).all().item<bool>() && chosen.lt(0).any().item<bool>();
  }

 private:
  void Fill(const Unroll* before) {
    actors_->Start(before, *now_);
    ThrowUnlessOk(actors_->Wait());
  }

  std::unique_ptr<ActorPool> actors_;
  std::unique_ptr<Unroll> now_;
  std::unique_ptr<Unroll> before_;
};

void TimeActing(benchmark::State& state, const Setting& setting,
                int64_t columns, int64_t group) {
  Scene& scene = Scene::Of(setting);
  ActingTimer timer(scene, columns, group);
  for (auto _ : state) timer.Fill();
  CountFrames(state,
              static_cast<double>(scene.options().unroll * columns));
  Require(timer.Chosen(), "actions were not chosen by a policy");
}

}  // namespace

void RegisterActing() {
  for (const Setting& setting : Settings()) {
    Register("Acting/" + setting.name, [setting](benchmark::State& state) {
      const LearnerOptions& options = Scene::Of(setting).options();
      TimeActing(state, setting, options.batch, options.actor_group);
    });
    if (setting.name != "rl_only") continue;
    for (const int64_t together : {1, 4, 16, 64}) {
      Register("Acting/" + setting.name +
                   "/characters:" + std::to_string(together),
               [setting, together](benchmark::State& state) {
                 TimeActing(state, setting, together, together);
               });
    }
  }
}

}  // namespace credo
