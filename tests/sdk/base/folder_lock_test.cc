#include "sdk/base/folder_lock.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

TEST(FolderLock, IsForOneAtATime) {
  const TemporaryFolder folder;
  const std::string path = folder / ".";
  auto first = FolderLock::Take(path, "busy");
  ASSERT_TRUE(first.ok()) << first.status().message();
  const auto second = FolderLock::Take(path, "busy");
  EXPECT_EQ(second.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(second.status().message(), path + ": busy");
  std::optional<FolderLock> held = *std::move(first);
  EXPECT_FALSE(FolderLock::Take(path, "busy").ok());
  held.reset();
  EXPECT_TRUE(FolderLock::Take(path, "busy").ok());
}

TEST(FolderLock, NeedsAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(FolderLock::Take(folder / "none", "busy").status().code(),
            StatusCode::kNotFound);
}

}  // namespace
}  // namespace credo
