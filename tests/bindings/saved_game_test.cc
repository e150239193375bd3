// A belief state that was saved goes on in a new process, bit for bit.

#include <gtest/gtest.h>

#include <string>

#include "sdk/base/read_file.h"
#include "tests/support/command.h"
#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_file.h"

namespace credo {
namespace {

std::string Play(const TemporaryFolder& folder, const std::string& part) {
  const std::string out = folder / part;
  const Ended ended =
      RunToEnd({CREDO_SAVED_GAME, folder / "model", folder / "saves", out,
                part});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const Result<std::string> told = ReadFile(out);
  return told.ok() ? *told : "";
}

TEST(SavedGame, GoesOnInANewProcessAsIfNothingHadBeen) {
  for (const OracleOptions& options : AllPartsOptions()) {
    for (const bool int8 : {false, true}) {
      const TemporaryFolder folder;
      WriteFile(folder / "model", RandomModel(options, 1, int8).Bytes());
      const std::string first = Play(folder, "first");
      const std::string later = Play(folder, "later");
      EXPECT_GT(first.size(), 3u * 1000 * sizeof(float));
      EXPECT_TRUE(first == later);
    }
  }
}

}  // namespace
}  // namespace credo
