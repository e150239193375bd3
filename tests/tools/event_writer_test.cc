// Files are read back by code that shares nothing with the writer: the frames,
// a CRC that works bit by bit, and the protobuf wire format with TensorBoard's
// own field numbers.
#include "tools/event_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/base/file.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

// --- An oracle of the file format ---

// CRC-32C by its definition: the reflected polynomial, a bit at a time.
uint32_t SlowCrc(std::string_view bytes) {
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
  }
  return ~crc;
}

uint32_t Masked(uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8; }

uint64_t LittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

// The messages of a file; fails where a frame is not right.
std::vector<std::string> Messages(std::string_view file) {
  std::vector<std::string> messages;
  while (!file.empty()) {
    if (file.size() < 12) {
      ADD_FAILURE() << "a record without head";
      break;
    }
    const uint64_t length = LittleEndian(file.substr(0, 8));
    EXPECT_EQ(LittleEndian(file.substr(8, 4)),
              Masked(SlowCrc(file.substr(0, 8))));
    if (file.size() < 16 + length) {
      ADD_FAILURE() << "a record that is cut short";
      break;
    }
    const std::string_view message = file.substr(12, length);
    EXPECT_EQ(LittleEndian(file.substr(12 + length, 4)),
              Masked(SlowCrc(message)));
    messages.emplace_back(message);
    file.remove_prefix(16 + length);
  }
  return messages;
}

// One field: its number and either a number's bits or bytes.
struct Field {
  int number = 0;
  uint64_t bits = 0;
  std::string_view bytes = {};
};

uint64_t TakeVarint(std::string_view& message) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(message.at(0));
    message.remove_prefix(1);
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

std::string_view TakeBytes(std::string_view& message, size_t size) {
  const std::string_view taken = message.substr(0, size);
  EXPECT_EQ(taken.size(), size);
  message.remove_prefix(taken.size());
  return taken;
}

std::vector<Field> Fields(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const uint64_t key = TakeVarint(message);
    Field field;
    field.number = static_cast<int>(key >> 3);
    switch (key & 7) {
      case 0: field.bits = TakeVarint(message); break;
      case 1: field.bits = LittleEndian(TakeBytes(message, 8)); break;
      case 2: field.bytes = TakeBytes(message, TakeVarint(message)); break;
      case 5: field.bits = LittleEndian(TakeBytes(message, 4)); break;
      default: ADD_FAILURE() << "wire type " << (key & 7); return fields;
    }
    fields.push_back(field);
  }
  return fields;
}

// What TensorBoard's event.proto and summary.proto make of a message.
struct ReadEvent {
  double wall_time = 0;                               // 1
  int64_t step = 0;                                   // 2
  std::string file_version;                           // 3
  std::vector<std::pair<std::string, float>> values;  // 5.1: 1, 2
  uint64_t session_status = 0;                        // 7.1
};

std::pair<std::string, float> ReadValue(std::string_view message) {
  std::pair<std::string, float> value;
  for (const Field& field : Fields(message)) {
    switch (field.number) {
      case 1: value.first = field.bytes; break;
      case 2:
        value.second = std::bit_cast<float>(static_cast<uint32_t>(field.bits));
        break;
      default: ADD_FAILURE() << "value: field " << field.number;
    }
  }
  return value;
}

ReadEvent ReadMessage(std::string_view message) {
  ReadEvent event;
  for (const Field& field : Fields(message)) {
    switch (field.number) {
      case 1: event.wall_time = std::bit_cast<double>(field.bits); break;
      case 2: event.step = static_cast<int64_t>(field.bits); break;
      case 3: event.file_version = field.bytes; break;
      case 5:
        for (const Field& value : Fields(field.bytes)) {
          EXPECT_EQ(value.number, 1);
          event.values.push_back(ReadValue(value.bytes));
        }
        break;
      case 7: event.session_status = Fields(field.bytes).at(0).bits; break;
      default: ADD_FAILURE() << "event: field " << field.number;
    }
  }
  return event;
}

std::vector<ReadEvent> ReadEvents(const std::string& path) {
  const Result<std::string> file = ReadFile(path);
  EXPECT_TRUE(file.ok()) << file.status().message();
  std::vector<ReadEvent> events;
  for (const std::string& message : Messages(*file)) {
    events.push_back(ReadMessage(message));
  }
  return events;
}

TEST(SlowCrc, MeetsThePublishedValues) {
  // RFC 3720, appendix B.4, and the usual check value.
  EXPECT_EQ(SlowCrc("123456789"), 0xe3069283u);
  EXPECT_EQ(SlowCrc(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(SlowCrc(std::string(32, '\xff')), 0x62a8ab43u);
}

// --- The writer ---

double Now() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Progress At(int64_t frames, std::vector<Metric> metrics) {
  return {.update = frames / 10,
          .updates = 1000,
          .frames = frames,
          .frames_per_second = 1,
          .metrics = std::move(metrics)};
}

class EventWriterTest : public testing::Test {
 protected:
  std::unique_ptr<EventWriter> Open(int64_t frames) const {
    Result<std::unique_ptr<EventWriter>> writer =
        EventWriter::Open(folder_.path(), frames);
    EXPECT_TRUE(writer.ok()) << writer.status().message();
    return *std::move(writer);
  }
  void Touch(const std::string& name) const {
    std::ofstream(folder_ / name) << "x";
  }

  TemporaryFolder folder_;
};

TEST_F(EventWriterTest, AFileIsNamedAfterItsTimeAndNothingElse) {
  const int64_t before = static_cast<int64_t>(Now());
  const std::string path = Open(0)->path();
  const int64_t after = static_cast<int64_t>(Now());
  const std::string begin = folder_ / "events.out.tfevents.";
  ASSERT_THAT(path, StartsWith(begin));
  const int64_t seconds = std::stoll(path.substr(begin.size()));
  EXPECT_GE(seconds, before);
  EXPECT_LE(seconds, after);
  EXPECT_EQ(path, begin + std::to_string(seconds) + ".credo");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(EventWriterTest, AFileOpensWithItsVersionAndTheStartOfASession) {
  const std::vector<ReadEvent> events = ReadEvents(Open(0)->path());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].file_version, "brain.Event:2");
  EXPECT_EQ(events[0].session_status, 0u);
  EXPECT_EQ(events[1].session_status, 1u);
}

// Readers drop every earlier point whose step is that of the session's start or
// a later one; that of the checkpoint itself must stay.
TEST_F(EventWriterTest, AResumeDropsLaterFramesOnly) {
  const std::vector<ReadEvent> events = ReadEvents(Open(52800)->path());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].step, 52801);
}

TEST_F(EventWriterTest, ARunThatStartsAfreshDropsEverything) {
  EXPECT_EQ(ReadEvents(Open(0)->path()).at(1).step, 1);
}

TEST_F(EventWriterTest, AnUpdateIsOneEventOfItsMetrics) {
  const double before = Now();
  const auto writer = Open(0);
  ASSERT_TRUE(writer
                  ->Write(At(5280, {{"frames_per_second", 21000.5},
                                    {"auxiliary.0.simcore.error.k4", 0.1}}))
                  .ok());
  ASSERT_TRUE(writer->Write(At(10560, {{"loss.rl", -3}})).ok());
  const double after = Now();

  const std::vector<ReadEvent> events = ReadEvents(writer->path());
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[2].step, 5280);
  EXPECT_THAT(events[2].values,
              ElementsAre(Pair("frames_per_second", 21000.5f),
                          Pair("auxiliary.0.simcore.error.k4", 0.1f)));
  EXPECT_EQ(events[3].step, 10560);
  EXPECT_THAT(events[3].values, ElementsAre(Pair("loss.rl", -3.0f)));
  double last = before;
  for (const ReadEvent& event : events) {
    EXPECT_GE(event.wall_time, last);
    last = event.wall_time;
  }
  EXPECT_LE(last, after);
}

TEST_F(EventWriterTest, StepsBeyond32BitsAndZerosArriveWhole) {
  const int64_t frames = (int64_t{1} << 40) + 7;
  const auto writer = Open(0);
  ASSERT_TRUE(writer->Write(At(frames, {{"zero", 0}})).ok());
  const ReadEvent event = ReadEvents(writer->path()).at(2);
  EXPECT_EQ(event.step, frames);
  EXPECT_THAT(event.values, ElementsAre(Pair("zero", 0.0f)));
}

TEST_F(EventWriterTest, NumbersThatAreNotFiniteArriveAsTheyAre) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto writer = Open(0);
  ASSERT_TRUE(
      writer->Write(At(1, {{"nan", std::nan("")}, {"inf", -infinity}})).ok());
  const ReadEvent event = ReadEvents(writer->path()).at(2);
  ASSERT_EQ(event.values.size(), 2u);
  EXPECT_TRUE(std::isnan(event.values[0].second));
  EXPECT_EQ(event.values[1].second, -std::numeric_limits<float>::infinity());
}

TEST_F(EventWriterTest, ALongUpdateIsOneWholeRecord) {
  std::vector<Metric> metrics;
  for (int i = 0; i < 1000; ++i) {
    metrics.push_back({"auxiliary.0.simcore.error.k" + std::to_string(i),
                       static_cast<double>(i)});
  }
  const auto writer = Open(0);
  ASSERT_TRUE(writer->Write(At(1, metrics)).ok());
  const ReadEvent event = ReadEvents(writer->path()).at(2);
  ASSERT_EQ(event.values.size(), 1000u);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(event.values[i].first, metrics[i].name);
    EXPECT_EQ(event.values[i].second, static_cast<float>(i));
  }
}

// --- Several files of one run ---

// Readers take files in the order of their names.
TEST_F(EventWriterTest, FilesOfOneSecondAreDistinctAndInOrder) {
  const auto first = Open(0);
  const auto second = Open(5280);
  const auto third = Open(10560);
  EXPECT_LT(first->path(), second->path());
  EXPECT_LT(second->path(), third->path());
  EXPECT_EQ(ReadEvents(first->path()).at(1).step, 1);
  EXPECT_EQ(ReadEvents(second->path()).at(1).step, 5281);
}

TEST_F(EventWriterTest, AClockThatWasSetBackDoesNotChangeTheOrder) {
  Touch("events.out.tfevents.9000000000.credo");
  EXPECT_EQ(Open(0)->path(), folder_ / "events.out.tfevents.9000000001.credo");
}

TEST_F(EventWriterTest, TimesGoOnFromTheFilesThatAreThere) {
  Touch("events.out.tfevents.9000000000.credo");
  const auto writer = Open(0);
  for (const auto& event : ReadEvents(writer->path())) {
    EXPECT_GE(event.wall_time, 9000000001);
  }
}

TEST_F(EventWriterTest, AClockOfLongAgoDoesNotChangeTheOrder) {
  Touch("events.out.tfevents.0000000005.credo");
  const auto writer = Open(0);
  EXPECT_GT(writer->path(), folder_ / "events.out.tfevents.0000000005.credo");
}

TEST_F(EventWriterTest, OtherFilesDoNotMatter) {
  for (const std::string name :
       {"events.out.tfevents.9000000000.host", "metrics.jsonl",
        "events.out.tfevents.9000000000x.credo", "events.out.tfevents.",
        "events.out.tfevents.9223372036854775807.credo", ".credo",
        "events.out.tfevents.credo", "events.out.tfevents..credo"}) {
    Touch(name);
  }
  EXPECT_LT(Open(0)->path(), folder_ / "events.out.tfevents.9000000000");
}

// --- Failures ---

TEST_F(EventWriterTest, TellsAMissingFolder) {
  const Status status = EventWriter::Open(folder_ / "none", 0).status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), StartsWith(folder_ / "none: "));
  EXPECT_THAT(status.message(), HasSubstr("No such file or directory"));
}

TEST_F(EventWriterTest, TellsAFolderThatIsAFile) {
  Touch("file");
  const Status status = EventWriter::Open(folder_ / "file", 0).status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("Not a directory"));
}

// For its life, no file may grow beyond `bytes`, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit now{bytes, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &now), 0);
  }
  ~FileSizeLimit() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_F(EventWriterTest, TellsADiskThatIsFullAndWritesNoMore) {
  const auto writer = Open(0);
  ASSERT_TRUE(writer->Write(At(10, {{"loss", 1}})).ok());
  const auto whole = fs::file_size(writer->path());
  Status status;
  {
    const FileSizeLimit limit(whole + 5);
    status = writer->Write(At(20, {{"loss", 2}}));
  }
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), StartsWith(writer->path() + ": cannot append"));
  EXPECT_THAT(status.message(), HasSubstr("File too large"));

  // Behind half a record no reader would find the next one.
  EXPECT_EQ(writer->Write(At(30, {{"loss", 3}})).message(), status.message());
  EXPECT_LE(fs::file_size(writer->path()), whole + 5);
}

TEST_F(EventWriterTest, TellsADiskThatIsFullFromTheStart) {
  Status status;
  {
    const FileSizeLimit limit(10);
    status = EventWriter::Open(folder_.path(), 0).status();
  }
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("File too large"));
}

}  // namespace
}  // namespace credo
