// Every example sweep can be read, and so can each of its configurations.
#include <gtest/gtest.h>

#include <filesystem>

#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "tests/agents/experiment.h"
#include "tools/sweep_plan.h"

namespace credo {
namespace {

TEST(ExampleSweeps, AllVariantsAreInOrder) {
  const Parts parts = BuiltInParts();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           CREDO_EXAMPLES "/../sweeps")) {
    ++files;
    const Result<SweepPlan> plan = ReadSweepPlan(entry.path());
    ASSERT_TRUE(plan.ok()) << plan.status().message();
    for (const SweepVariant& variant : plan->variants) {
      const Result<std::string> text = ReadFile(variant.config);
      ASSERT_TRUE(text.ok()) << text.status().message();
      ExperimentOptions options(parts);
      const Status read =
          ReadYaml(*text, variant.config, variant.settings, options);
      EXPECT_TRUE(read.ok()) << read.message();
    }
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace credo
