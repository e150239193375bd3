// Weights of 8 bits do what those of 32 bits do, in agents that have learned.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/base/tensor_file.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"
#include "tests/learning/training.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

constexpr int64_t kEpisodes = 200;

// An agent out of a model file, which is shown what another one lived.
class Shown {
 public:
  explicit Shown(const std::string& path) {
    const Result<std::string> bytes = ReadFile(path);
    EXPECT_TRUE(bytes.ok()) << bytes.status().message();
    agent_ = *runtime::Agent::Load(std::as_bytes(std::span(*bytes)), path, {});
    beliefs_ = *runtime::Beliefs::Make(*agent_, 1, 1);
    EXPECT_TRUE(
        beliefs_->SetSource(0, runtime::ActionSource::kExternal).ok());
  }

  // The most probable move at this record of the view.
  int64_t Step(std::span<const std::byte> view, float reward, Kind kind) {
    constexpr int32_t kRow = 0;
    std::vector<float> moves(4);
    EXPECT_TRUE(beliefs_->Observe(0, "view", view).ok());
    EXPECT_TRUE(beliefs_->Reward(0, reward).ok());
    if (IsLast(kind)) {
      EXPECT_TRUE(beliefs_->End(0, kind).ok());
    }
    EXPECT_TRUE(beliefs_->Step({&kRow, 1}, 0).ok());
    EXPECT_TRUE(beliefs_->Probabilities(0, "move", moves).ok());
    return std::ranges::max_element(moves) - moves.begin();
  }
  void Act(float move) {
    EXPECT_TRUE(beliefs_->Act(0, "move", {&move, 1}).ok());
  }

 private:
  std::unique_ptr<runtime::Agent> agent_;
  std::unique_ptr<runtime::Beliefs> beliefs_;
};

template <typename Number>
Number At(const TensorFile& file, const std::string& name, int64_t index) {
  Number number;
  std::memcpy(&number,
              file.Find(name)->bytes.data() + index * sizeof(Number),
              sizeof(Number));
  return number;
}

// At least 99.5 % of greedy actions are equal, along episodes that the agent
// with 32 bits lived.
void ExpectEqualActions(const std::string& config) {
  const TemporaryFolder folder;
  const std::string run = folder / "run";
  const std::string lived = folder / "lived.safetensors";
  const std::string int8 = folder / "int8.safetensors";
  Train(config, run, {"learner.frames=1000000", "probing.every=0"});
  Credo({"beliefs", run, "--out", lived, "--episodes",
         std::to_string(kEpisodes)});
  Credo({"export", run, "--weights", "int8", "--out", int8});
  const auto file = ReadTensorFile(lived, "beliefs");
  ASSERT_TRUE(file.ok()) << file.status().message();

  Shown whole(run + "/model.safetensors");
  Shown small(int8);
  const NamedTensor& views = *file->Find("observations.view");
  const int64_t longest = views.shape[1];
  const int64_t tiles = ElementCount(views.shape) / views.shape[0] / longest;
  int64_t equal = 0;
  int64_t decisions = 0;
  for (int64_t e = 0; e < kEpisodes; ++e) {
    const auto length = At<int64_t>(*file, "lengths", e);
    for (int64_t t = 0; t < length; ++t) {
      const int64_t at = e * longest + t;
      const std::span<const std::byte> view = {
          views.bytes.data() + at * tiles, static_cast<size_t>(tiles)};
      const auto reward = At<float>(*file, "rewards", at);
      const auto kind =
          static_cast<Kind>(At<uint8_t>(*file, "kinds", at));
      const int64_t a = whole.Step(view, reward, kind);
      const int64_t b = small.Step(view, reward, kind);
      if (t + 1 == length) continue;
      equal += a == b;
      ++decisions;
      const auto move = At<float>(*file, "actions", at + 1);
      whole.Act(move);
      small.Act(move);
    }
  }
  const double share =
      static_cast<double>(equal) / static_cast<double>(decisions);
  std::printf("%s: %.3f %% of %lld greedy actions are equal\n",
              config.c_str(), 100 * share,
              static_cast<long long>(decisions));
  EXPECT_GE(share, 0.995);
  EXPECT_GT(decisions, 5000);
}

TEST(Int8, KeepsTheActionsOfAnAgentWithASimulator) {
  ExpectEqualActions("grid_rl_simulator.yaml");
}

TEST(Int8, KeepsTheActionsOfAnAgentWithout) {
  ExpectEqualActions("grid_rl_only.yaml");
}

}  // namespace
}  // namespace credo
