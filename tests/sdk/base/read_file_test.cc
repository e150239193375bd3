#include "sdk/base/read_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/write_file.h"

namespace credo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class ReadFileTest : public testing::Test {
 protected:
  std::string Contents(const std::string& path) const {
    const Result<std::string> contents = ReadFile(path);
    return contents.ok() ? *contents : contents.status().message();
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_ / "a";
};

TEST_F(ReadFileTest, GivesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  bytes += "\r\n\x1a end";
  WriteFile(path_, bytes);
  EXPECT_EQ(Contents(path_), bytes);
}

TEST_F(ReadFileTest, GivesNothingOfAnEmptyFile) {
  WriteFile(path_, "");
  const Result<std::string> contents = ReadFile(path_);
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(*contents, "");
}

TEST_F(ReadFileTest, GivesAllOfABigFile) {
  std::string big(5000000, 'x');
  big.back() = 'y';
  WriteFile(path_, big);
  EXPECT_EQ(Contents(path_), big);
}

TEST_F(ReadFileTest, TakesNamesOfAnyScript) {
  // No code page holds all of these letters.
  const std::string path = folder_ / "h\u00fctte \u0434\u043e\u043c \u5bb6";
  WriteFile(path, "home");
  EXPECT_EQ(Contents(path), "home");
}

TEST_F(ReadFileTest, TakesPathsThatTheBuildKnows) {
  EXPECT_THAT(Contents(CREDO_SOURCE_DIR "/LICENSE"), HasSubstr("Apache"));
}

TEST_F(ReadFileTest, TellsAMissingFile) {
  const Status status = ReadFile(path_).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            path_ + ": cannot open: No such file or directory");
  EXPECT_EQ(ReadFile(path_ + "/b").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(ReadFile("").status().code(), StatusCode::kNotFound);
}

TEST_F(ReadFileTest, RefusesAFolder) {
  const Status status = ReadFile(folder_.path()).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(),
              AnyOf(folder_.path() + ": cannot read: Is a directory",
                    folder_.path() + ": cannot open: Is a directory"));
}

#ifdef _WIN32
TEST_F(ReadFileTest, RefusesAPathThatIsNoUtf8) {
  EXPECT_EQ(ReadFile(folder_ / "h\xfctte").status().code(),
            StatusCode::kInvalidArgument);
}
#endif

}  // namespace
}  // namespace credo
