// A checkpoint that is damaged anywhere is refused by the name of what is
// damaged, and the way back that the message offers works.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "sdk/base/file.h"
#include "tests/support/temporary_folder.h"
#include "tests/tools/call_command.h"
#include "tests/tools/tiny_run.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

constexpr int64_t kUpdates = 24;
constexpr int64_t kPrevious = 20;  // the last multiple of checkpoint_every

// Where things lie in a safetensors file.
struct Layout {
  explicit Layout(const std::string& bytes) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    header = 8 + length;
    const auto json = nlohmann::json::parse(bytes.substr(8, length));
    for (const auto& [name, entry] : json.items()) {
      if (name == "__metadata__") continue;
      const size_t begin = entry["data_offsets"][0];
      const size_t end = entry["data_offsets"][1];
      if (begin < end) tensors.push_back({name, header + begin, header + end});
    }
  }

  struct Tensor {
    std::string name;
    size_t begin;
    size_t end;
  };
  size_t header = 0;  // length and header
  std::vector<Tensor> tensors;
};

class CheckpointDamage : public testing::Test {
 protected:
  // One run for all tests of this process.
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    ASSERT_TRUE(ReplaceFile(*folder_ / "tiny.yaml", TinyConfig()).ok());
    ASSERT_EQ(Train("whole").exit_code, 0);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  CheckpointDamage() {
    fs::remove_all(run_);
    fs::copy(*folder_ / "whole", run_, fs::copy_options::recursive);
    whole_ = Contents(Checkpoint(run_));
  }

  static Called Train(const std::string& run) {
    const std::string frames =
        "learner.frames=" + std::to_string(kUpdates * kTinyFramesPerUpdate);
    return CallCommand({"train", *folder_ / "tiny.yaml", "--run",
                        *folder_ / run, "--set", frames, "--resume"});
  }

  // What is said of the run when these are the bytes of its checkpoint; nothing
  // of it is changed.
  Called Resume(const std::string& bytes) {
    EXPECT_TRUE(ReplaceFile(Checkpoint(run_), bytes).ok());
    const auto before = AllFiles(run_);
    Called called = Train("damaged");
    EXPECT_EQ(called.exit_code, 2);
    EXPECT_EQ(AllFiles(run_), before);
    return called;
  }
  std::string Refusal(const std::string& bytes) { return Resume(bytes).err; }

  std::string Flipped(size_t at, int bit) const {
    std::string bytes = whole_;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
    return bytes;
  }

  // What every message says beside the damage.
  testing::Matcher<std::string> Offers() const {
    return AllOf(HasSubstr(Checkpoint(run_) + ": "),
                 HasSubstr("checkpoint before it"), HasSubstr(previous_));
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  const std::string run_ = *folder_ / "damaged";
  const std::string previous_ = run_ + "/checkpoint.previous.safetensors";
  std::string whole_;
  std::mt19937 random_{5};
};

std::unique_ptr<TemporaryFolder> CheckpointDamage::folder_;

TEST_F(CheckpointDamage, OfOneBitOfAnyTensorNamesTheTensor) {
  const Layout layout(whole_);
  ASSERT_GT(layout.tensors.size(), 20u);
  for (const Layout::Tensor& tensor : layout.tensors) {
    for (const size_t at :
         {tensor.begin, tensor.end - 1,
          tensor.begin + random_() % (tensor.end - tensor.begin)}) {
      EXPECT_THAT(
          Refusal(Flipped(at, static_cast<int>(random_() % 8))),
          AllOf(HasSubstr("tensor '" + tensor.name + "': damaged"), Offers()));
    }
  }
}

TEST_F(CheckpointDamage, OfOneBitOfTheHeaderNamesTheHeader) {
  const Layout layout(whole_);
  for (int i = 0; i < 100; ++i) {
    const size_t at = 8 + random_() % (layout.header - 8);
    EXPECT_THAT(Refusal(Flipped(at, static_cast<int>(random_() % 8))),
                AllOf(HasSubstr(": header: "), Offers()))
        << "byte " << at;
  }
}

TEST_F(CheckpointDamage, OfOneBitOfTheHeadersLengthNamesTheHeader) {
  for (size_t bit = 0; bit < 64; ++bit) {
    EXPECT_THAT(Refusal(Flipped(bit / 8, static_cast<int>(bit % 8))),
                AllOf(HasSubstr(": header: "), Offers()))
        << "bit " << bit;
  }
}

TEST_F(CheckpointDamage, OfTheMetadataNamesTheHeader) {
  for (const char* text :
       {"\"update\":\"", "\"credo.format\":\"", "\"credo.content\":\"",
        "\"credo.header\":\"", "\"credo.hash.progress\":\""}) {
    const size_t at = whole_.find(text);
    ASSERT_NE(at, std::string::npos) << text;
    // Another digit or letter of the value, and another key.
    EXPECT_THAT(Refusal(Flipped(at + std::strlen(text), 0)),
                AllOf(HasSubstr(": header: "), Offers()))
        << text;
    EXPECT_THAT(Refusal(Flipped(at + 1, 0)),
                AllOf(HasSubstr(": header: "), Offers()))
        << text;
  }
}

TEST_F(CheckpointDamage, ByACutIsRefused) {
  const Layout layout(whole_);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{7}, size_t{8},
                            layout.header / 2, layout.header - 1}) {
    EXPECT_THAT(Refusal(whole_.substr(0, size)),
                AllOf(HasSubstr(": header: "), Offers()))
        << size << " bytes";
  }
  for (const Layout::Tensor& tensor : layout.tensors) {
    EXPECT_THAT(
        Refusal(whole_.substr(0, tensor.end - 1)),
        AllOf(HasSubstr("tensor '" + tensor.name + "': "), Offers()));
  }
}

TEST_F(CheckpointDamage, ByBytesBehindTheEndIsRefused) {
  for (const std::string& more :
       {std::string(1, '\0'), std::string(64, '\n'), whole_}) {
    EXPECT_THAT(Refusal(whole_ + more),
                AllOf(HasSubstr(": end: expected "), Offers()))
        << more.size() << " bytes more";
  }
}

TEST_F(CheckpointDamage, ByAnotherKindOfFileIsRefused) {
  EXPECT_THAT(Refusal(Contents(run_ + "/model.safetensors")),
              AllOf(HasSubstr("'checkpoint'"), HasSubstr("'model'"), Offers()));
  EXPECT_THAT(Refusal(TinyConfig()), AllOf(HasSubstr(": header: "), Offers()));
}

TEST_F(CheckpointDamage, IsMendedByWhatTheMessageOffers) {
  const std::string model = Fingerprint(run_ + "/model.safetensors");
  fs::remove(run_ + "/model.safetensors");
  const std::string message = Refusal(Flipped(whole_.size() / 2, 3));
  std::smatch offer;
  ASSERT_TRUE(
      std::regex_search(message, offer, std::regex("move (\\S+) to (\\S+)")))
      << message;
  EXPECT_EQ(CheckpointUpdate(offer[1]), kPrevious);
  fs::rename(offer[1].str(), offer[2].str());

  const Called called = Train("damaged");
  EXPECT_EQ(called.exit_code, 0) << called.err;
  EXPECT_EQ(Fingerprint(run_ + "/model.safetensors"), model);
  EXPECT_EQ(CheckpointUpdate(Checkpoint(run_)), kUpdates);
  EXPECT_THAT(LoggedUpdates(run_), ElementsAreArray(UpTo(kUpdates)));
}

TEST_F(CheckpointDamage, OffersThePreviousOneAlsoWhenTheNewestIsGone) {
  fs::remove(Checkpoint(run_));
  const Called called = Train("damaged");
  EXPECT_EQ(called.exit_code, 2);
  EXPECT_THAT(called.err, Offers());
}

TEST_F(CheckpointDamage, OffersNothingThatIsNotThere) {
  fs::remove(previous_);
  EXPECT_THAT(Refusal(Flipped(whole_.size() / 2, 3)),
              AllOf(HasSubstr("tensor '"), Not(HasSubstr(previous_))));
}

TEST_F(CheckpointDamage, OfThePreviousOneIsFoundWhenItIsGoneBackTo) {
  std::string before = Contents(previous_);
  before[before.size() / 2] ^= 1;
  ASSERT_TRUE(ReplaceFile(previous_, before).ok());
  EXPECT_THAT(Refusal(Flipped(whole_.size() / 2, 3)), Offers());
  fs::rename(previous_, Checkpoint(run_));
  EXPECT_THAT(Refusal(before),
              AllOf(HasSubstr("tensor '"), HasSubstr("': damaged")));
}

}  // namespace
}  // namespace credo
