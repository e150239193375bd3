// A short run of the simulator shapes a belief that remembers the room, which
// the controls do not.

#include <gtest/gtest.h>

#include "tests/learning/training.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

// Accuracy on cells of one part in the row of a run or control.
nlohmann::json MapScore(const nlohmann::json& table, const std::string& name,
                        const std::string& part) {
  for (const auto& row : table["rows"]) {
    if (row["name"] == name) return row["scores"]["map"]["parts"][part];
  }
  ADD_FAILURE() << "no row " << name;
  return {};
}

TEST(BeliefLearning, SimulatorRemembersWhatControlsForget) {
  const TemporaryFolder folder;
  const std::string run = folder / "simulator";
  // A quarter of the frames of the demo.
  Train("grid_simulator.yaml", run,
        {"learner.frames=1000000", "probing.every=0"});
  const nlohmann::json table = CredoJson(
      {"probe", run, "--episodes", "400", "--no-oracle", "--json"});
  const double remembered_low =
      MapScore(table, "simulator", "remembered")["low"];
  for (const char* control : {"encoder only", "untrained", "constant"}) {
    EXPECT_GT(remembered_low,
              MapScore(table, control, "remembered")["high"].get<double>())
        << control;
    // Cells that were never seen cannot be known.
    EXPECT_LT(MapScore(table, "simulator", "unseen")["mean"].get<double>(),
              MapScore(table, "constant", "unseen")["mean"].get<double>() +
                  0.05);
  }
  // 0.73 was seen with seed 1; chance is 0.33.
  EXPECT_GT(remembered_low, 0.6);
}

}  // namespace
}  // namespace credo
