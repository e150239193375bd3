#include "sdk/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace credo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// For its life, a process of root has no more rights than others.
class PlainRights {
 public:
  PlainRights() {
    constexpr uid_t kNobody = 65534;
    EXPECT_EQ(seteuid(before_ == 0 ? kNobody : before_), 0);
  }
  ~PlainRights() { EXPECT_EQ(seteuid(before_), 0); }

 private:
  const uid_t before_ = geteuid();
};

// A new empty folder per test.
class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = testing::TempDir() + "credo_file_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FileTest() override {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }
  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  int Entries() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(folder_)) {
      ++count;
    }
    return count;
  }
  std::string Contents(const std::string& path) const {
    const Result<std::string> contents = ReadFile(path);
    return contents.ok() ? *contents : contents.status().message();
  }

  std::string folder_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  const std::string all_bytes = [] {
    std::string text;
    for (int i = 0; i < 256; ++i) text += static_cast<char>(i);
    return text;
  }();
  ASSERT_TRUE(ReplaceFile(Path("a"), all_bytes).ok());
  EXPECT_EQ(Contents(Path("a")), all_bytes);
}

TEST_F(FileTest, ReadsAndWritesAnEmptyFile) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "").ok());
  const Result<std::string> contents = ReadFile(Path("a"));
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(*contents, "");
}

TEST_F(FileTest, ReadsAndWritesABigFile) {
  std::string big(5000000, 'x');
  big.back() = 'y';
  ASSERT_TRUE(ReplaceFile(Path("a"), big).ok());
  EXPECT_EQ(Contents(Path("a")), big);
}

TEST_F(FileTest, ReplacesAnExistingFile) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "a longer text").ok());
  ASSERT_TRUE(ReplaceFile(Path("a"), "short").ok());
  EXPECT_EQ(Contents(Path("a")), "short");
}

TEST_F(FileTest, LeavesNoTemporaryFileBehind) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "x").ok());
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FileTest, ReplacesOverATemporaryFileThatACrashLeft) {
  std::ofstream(Path("a.tmp")) << "half of something much longer";
  ASSERT_TRUE(ReplaceFile(Path("a"), "x").ok());
  EXPECT_EQ(Contents(Path("a")), "x");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FileTest, WritesByANameWithoutFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  EXPECT_TRUE(ReplaceFile("plain", "x").ok());
  EXPECT_EQ(Contents("plain"), "x");
  std::filesystem::current_path(before);
}

TEST_F(FileTest, ReadsAFileThatHasNoSize) {
  // Files of the kernel say 0 and yet hold text.
  EXPECT_THAT(Contents("/proc/self/status"), HasSubstr("Name:"));
}

TEST_F(FileTest, ReadThroughAFileIsRefused) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "x").ok());
  EXPECT_EQ(ReadFile(Path("a") + "/b").status().code(),
            StatusCode::kInvalidArgument);
}

TEST_F(FileTest, ReadWithoutPermissionIsUnavailable) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "x").ok());
  ASSERT_EQ(chmod(Path("a").c_str(), 0), 0);
  const PlainRights plain;
  const Status status = ReadFile(Path("a")).status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("Permission denied"));
}

TEST_F(FileTest, WriteIntoAMissingFolderIsNotFound) {
  const Status status = ReplaceFile(Path("none") + "/a", "x");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), StartsWith(Path("none") + "/a.tmp: "));
}

TEST_F(FileTest, WriteIntoAnUnwritableFolderIsUnavailable) {
  ASSERT_EQ(chmod(folder_.c_str(), 0500), 0);
  const PlainRights plain;
  const Status status = ReplaceFile(Path("a"), "x");
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("Permission denied"));
}

TEST_F(FileTest, WriteToADiskThatIsFullIsUnavailable) {
  // The temporary file is a link to the device that is always full.
  std::filesystem::create_symlink("/dev/full", Path("a.tmp"));
  const Status status = ReplaceFile(Path("a"), "x");
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("No space left on device"));
  EXPECT_EQ(Entries(), 0);
}

TEST_F(FileTest, WriteOverAFolderIsRefusedAndLeavesNothing) {
  std::filesystem::create_directory(Path("a"));
  const Status status = ReplaceFile(Path("a"), "x");
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), Path("a") + ": cannot replace: Is a directory");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FileTest, WriteKeepsTheOldFileWhenItFails) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "old").ok());
  std::filesystem::create_directory(Path("a.tmp"));
  EXPECT_FALSE(ReplaceFile(Path("a"), "new").ok());
  EXPECT_EQ(Contents(Path("a")), "old");
}

TEST_F(FileTest, MakesAFolderWithThoseAboveIt) {
  EXPECT_TRUE(CreateFolders(Path("a/b"), "the folder").ok());
  EXPECT_TRUE(std::filesystem::is_directory(Path("a/b")));
  EXPECT_TRUE(CreateFolders(Path("a/b"), "the folder").ok());
}

TEST_F(FileTest, MakesNoFolderWhereAFileStands) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "x").ok());
  for (const std::string& path : {Path("a"), Path("a/b")}) {
    const Status status = CreateFolders(path, "the folder");
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << path;
    EXPECT_THAT(status.message(),
                StartsWith(path + ": cannot make the folder: "));
  }
  EXPECT_EQ(Contents(Path("a")), "x");
}

}  // namespace
}  // namespace credo
