#include "sdk/base/record.h"

#include <gtest/gtest.h>

namespace credo {
namespace {

TEST(Kind, IsLastWhereAnEpisodeEnds) {
  EXPECT_FALSE(IsLast(Kind::kFirst));
  EXPECT_FALSE(IsLast(Kind::kMid));
  EXPECT_TRUE(IsLast(Kind::kTerminal));
  EXPECT_TRUE(IsLast(Kind::kTruncated));
}

TEST(Kind, HasTheNumbersThatFilesHold) {
  EXPECT_EQ(static_cast<int>(Kind::kFirst), 0);
  EXPECT_EQ(static_cast<int>(Kind::kMid), 1);
  EXPECT_EQ(static_cast<int>(Kind::kTerminal), 2);
  EXPECT_EQ(static_cast<int>(Kind::kTruncated), 3);
  EXPECT_EQ(sizeof(Kind), 1u);
}

}  // namespace
}  // namespace credo
