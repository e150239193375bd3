// Worlds: records per second, with the world's own scripted policy and with
// uniform actions drawn beforehand.

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/config/yaml.h"
#include "sdk/worlds/record_buffer.h"
#include "tests/benchmark/scenes.h"
#include "tests/benchmark/subjects.h"

namespace credo {
namespace {

constexpr int64_t kCharacters = 16;
constexpr int64_t kDrawn = 1024;  // rows of actions before they repeat

struct Variant {
  const char* world;
  const char* name;
  const char* yaml;
};

// Beside the defaults of every listed world.
constexpr Variant kVariants[] = {
    {"blank", "vector", "{picture: [], tiles: 0, vector: 64}"},
    {"blank", "picture_64", "{picture: [64, 64, 3], tiles: 0, vector: 0}"},
    {"blank", "all_actions", "{action: all}"},
    {"grid", "goal", "{task: goal, start: random, episode: 64}"},
    {"grid", "rotating", "{heading: rotating, episode: 40}"},
    {"grid", "blocked", "{room: 9, view: 5, blocked: 0.2}"},
    {"grid", "picture", "{picture: 4}"},
    {"city", "low_room_8x16", "{preset: low_room}"},
    {"city", "city_24x24", "{height: 24, width: 24}"},
    {"city", "city_60x80", "{height: 60, width: 80}"},
    {"city", "maze_72x96", "{preset: maze, height: 72, width: 96}"},
    {"city", "city_120x160", "{height: 120, width: 160}"},
};

class WorldTimer {
 public:
  WorldTimer(const WorldPart& world, const std::string& yaml, bool scripted)
      : options_(world.info.defaults()), scripted_(scripted) {
    ThrowUnlessOk(ReadYaml(yaml, world.info.name, {}, *options_));
    auto worlds = VectorEnvironment::Make(
        [&] { return world.make(*options_); }, /*seed=*/1, 0, kCharacters);
    ThrowUnlessOk(worlds.status());
    worlds_ = *std::move(worlds);
    records_ = std::make_unique<RecordBuffer>(worlds_->spec(), kCharacters);
    const ActionDistribution distribution(worlds_->spec().action);
    row_ = kCharacters * distribution.words();
    drawn_.resize(kDrawn * row_);
    const RandomStream stream(1, "benchmark.actions");
    for (int64_t i = 0; i < kDrawn * kCharacters; ++i) {
      Draws draws = stream.At(0, static_cast<uint64_t>(i));
      distribution.SampleUniform(
          {}, draws,
          std::span(drawn_).subspan(i * distribution.words(),
                                    distribution.words()));
    }
  }

  void Step() {
    const std::span<float> actions =
        std::span(drawn_).subspan(steps_ % kDrawn * row_, row_);
    if (scripted_ && steps_ > 0) worlds_->ScriptedActions(actions);
    ThrowUnlessOk(worlds_->Step(actions, records_->rows()));
    ++steps_;
    if (records_->kind() == Kind::kFirst) ++episodes_;
  }

  int64_t steps() const { return steps_; }
  int64_t episodes() const { return episodes_; }  // of character 0

 private:
  std::unique_ptr<Options> options_;
  bool scripted_;
  std::unique_ptr<VectorEnvironment> worlds_;
  std::unique_ptr<RecordBuffer> records_;
  int64_t row_ = 0;  // words of all characters
  std::vector<float> drawn_;
  int64_t steps_ = 0;
  int64_t episodes_ = 0;
};

void TimeWorld(benchmark::State& state, const WorldPart& world,
               const std::string& yaml, bool scripted) {
  WorldTimer timer(world, yaml, scripted);
  // One whole episode and the first record of the next: memory is taken by
  // then. All episodes of these worlds are equally long.
  while (timer.episodes() < 2) timer.Step();
  const int64_t period = timer.steps() - 1;
  for (auto _ : state) timer.Step();
  CountFrames(state, kCharacters);
  Require(timer.episodes() == (timer.steps() - 1) / period + 1,
          "episodes are not as long as the first one");
}

void RegisterWorld(const WorldPart& world, const std::string& name,
                   const std::string& yaml) {
  for (const bool scripted : {true, false}) {
    Register("World/" + world.info.name + "/" + name +
                 (scripted ? "/scripted" : "/random"),
             [&world, yaml, scripted](benchmark::State& state) {
               TimeWorld(state, world, yaml, scripted);
             });
  }
}

}  // namespace

void RegisterWorlds() {
  for (const WorldPart& world : SharedParts().worlds) {
    if (world.elsewhere) continue;
    RegisterWorld(world, "defaults", "{}");
    for (const Variant& variant : kVariants) {
      if (world.info.name == variant.world) {
        RegisterWorld(world, variant.name, variant.yaml);
      }
    }
  }
}

}  // namespace credo
