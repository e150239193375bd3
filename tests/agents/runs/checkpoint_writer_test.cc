#include "agents/runs/checkpoint_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

TensorFile Numbered(int64_t update) {
  TensorFile file;
  file.content = "checkpoint";
  file.metadata["update"] = std::to_string(update);
  file.AddText("some", std::string(1 << 20, 'a'));
  return file;
}

int64_t UpdateIn(const RunFolder& folder) {
  const Result<TensorFile> file = folder.ReadCheckpoint();
  return file.ok() ? *file->MetadataCount("update") : -1;
}

TEST(CheckpointWriter, TheLastOfManyIsThere) {
  const TemporaryFolder there;
  const RunFolder folder(there.path());
  CheckpointWriter writer(folder);
  for (int64_t update = 1; update <= 5; ++update) {
    ASSERT_TRUE(writer.Begin(Numbered(update)).ok());
  }
  ASSERT_TRUE(writer.End().ok());
  EXPECT_EQ(UpdateIn(folder), 5);
  EXPECT_TRUE(std::filesystem::exists(folder.previous_checkpoint()));
}

TEST(CheckpointWriter, EndsWhatItBegan) {
  const TemporaryFolder there;
  const RunFolder folder(there.path());
  { ASSERT_TRUE(CheckpointWriter(folder).Begin(Numbered(3)).ok()); }
  EXPECT_EQ(UpdateIn(folder), 3);
}

TEST(CheckpointWriter, AFailureIsToldByWhateverComesNext) {
  const TemporaryFolder there;
  const RunFolder missing(there / "none");
  CheckpointWriter writer(missing);
  ASSERT_TRUE(writer.Begin(Numbered(1)).ok());
  Status so_far;
  while (so_far.ok()) so_far = writer.SoFar();
  EXPECT_THAT(so_far.message(), testing::HasSubstr("checkpoint"));
  EXPECT_EQ(writer.Begin(Numbered(2)).message(), so_far.message());
  EXPECT_EQ(writer.End().message(), so_far.message());
}

}  // namespace
}  // namespace credo
