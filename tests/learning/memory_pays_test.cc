// In a room where memory pays, an agent with one earns far more than one
// without.

#include <gtest/gtest.h>

#include "tests/learning/training.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

const std::vector<std::string> kRoom = {
    "world.room=7", "world.episode=128", "learner.frames=5000000",
    "learner.evaluate_every=500", "learner.evaluate_episodes=256",
    "probing.every=0"};

// Whether the last fifth of the frames brought less than a twentieth more.
void ExpectNoMoreGain(const std::string& run) {
  const std::vector<double> returns = MetricOf(run, "eval.return");
  ASSERT_GE(returns.size(), 5u);
  const double before = returns[returns.size() * 4 / 5 - 1];
  EXPECT_LT(returns.back(), 1.05 * before) << run << " still gains";
}

TEST(MemoryPays, RecurrentEarnsHalfAgainTheMemoryless) {
  const TemporaryFolder folder;
  const std::string recurrent = folder / "recurrent";
  const std::string memoryless = folder / "memoryless";
  Train("grid_rl_only.yaml", recurrent, kRoom);
  std::vector<std::string> settings = kRoom;
  settings.push_back("agent.core={kind: memoryless}");
  Train("grid_rl_only.yaml", memoryless, settings);
  ExpectNoMoreGain(recurrent);
  ExpectNoMoreGain(memoryless);

  const std::vector<std::string> options = {"--episodes", "500", "--json"};
  std::vector<std::string> eval = {"eval", recurrent};
  eval.insert(eval.end(), options.begin(), options.end());
  const nlohmann::json with = CredoJson(eval);
  eval[1] = memoryless;
  const nlohmann::json without = CredoJson(eval);
  std::printf("recurrent %.2f [%.2f, %.2f], memoryless %.2f [%.2f, %.2f]\n",
              with["return"].get<double>(), with["return_low"].get<double>(),
              with["return_high"].get<double>(),
              without["return"].get<double>(),
              without["return_low"].get<double>(),
              without["return_high"].get<double>());
  EXPECT_GE(with["return"].get<double>(),
            1.5 * without["return"].get<double>());
  EXPECT_GT(with["return_low"].get<double>(),
            without["return_high"].get<double>());
}

}  // namespace
}  // namespace credo
