#include "tools/event_writer.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "tools/tensorboard_event.pb.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using tensorboard::Event;
using tensorboard::SessionLog;
using tensorboard::Summary;

constexpr std::string_view kPrefix = "events.out.tfevents.";
constexpr std::string_view kSuffix = ".credo";

double SecondsSince1970() {
  return std::chrono::duration<double>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Digits of the SECONDS in a name: those of all years to 2286, with zeros
// before them where a clock lies, so that names sort as numbers do.
constexpr size_t kDigits = 10;

// The SECONDS of an event file's name, or 0 for other names.
int64_t SecondsOf(const std::string& name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return 0;
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return 0;
  const char* begin = name.data() + kPrefix.size();
  const char* end = begin + kDigits;
  int64_t seconds = 0;
  const auto [stopped, error] = std::from_chars(begin, end, seconds);
  return error == std::errc() && stopped == end ? seconds : 0;
}

// Readers take files in the order of their names. So the new file's time is
// later than that of every file there, also within one second or when the clock
// was set back.
Result<std::string> NewPath(const std::string& folder) {
  int64_t seconds = static_cast<int64_t>(SecondsSince1970());
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end;
       !error && entry != end; entry.increment(error)) {
    seconds = std::max(seconds,
                       SecondsOf(entry->path().filename().string()) + 1);
  }
  if (error) {
    return Unavailable(folder + ": cannot look for event files: " +
                       error.message());
  }
  const std::string digits = std::to_string(std::max<int64_t>(seconds, 0));
  std::string path = folder + "/";
  path += kPrefix;
  path.append(kDigits - std::min(kDigits, digits.size()), '0');
  path += digits;
  path += kSuffix;
  return path;
}

// TFRecord masks its CRCs, for the CRC of bytes that hold CRCs tells little.
uint32_t MaskedCrc(std::string_view bytes) {
  // The library takes and gives the register as it is; CRC-32C inverts it
  // before and after. It does not write to the bytes.
  auto* data = reinterpret_cast<unsigned char*>(
      const_cast<char*>(bytes.data()));
  const uint32_t crc =
      ~crc32_iscsi(data, static_cast<int>(bytes.size()), ~0u);
  return std::rotr(crc, 15) + 0xa282ead8u;
}

template <typename Integer>
void AppendLittleEndian(Integer value, std::string& bytes) {
  for (size_t i = 0; i < sizeof(value); ++i) {
    bytes += static_cast<char>(value >> (8 * i) & 0xff);
  }
}

std::string Frame(const std::string& message) {
  std::string record;
  record.reserve(message.size() + 16);
  AppendLittleEndian(uint64_t{message.size()}, record);
  AppendLittleEndian(MaskedCrc(record), record);
  record += message;
  AppendLittleEndian(MaskedCrc(message), record);
  return record;
}

// Readers sort by time, which a clock that is set back must not upset.
double Now(double& latest) {
  return latest = std::max(latest, SecondsSince1970());
}

Event NewEvent(int64_t step, double seconds) {
  Event event;
  event.set_wall_time(seconds);
  event.set_step(step);
  return event;
}

}  // namespace

Result<std::unique_ptr<EventWriter>> EventWriter::Open(
    const std::string& folder, int64_t frames) {
  CREDO_ASSIGN_OR_RETURN(std::string path, NewPath(folder));
  std::unique_ptr<EventWriter> writer(new EventWriter(std::move(path)));
  // Later than all files that were there.
  writer->latest_ = static_cast<double>(
      SecondsOf(fs::path(writer->path_).filename().string()));
  CREDO_RETURN_IF_ERROR(writer->Create());
  Event version = NewEvent(0, Now(writer->latest_));
  version.set_file_version("brain.Event:2");
  CREDO_RETURN_IF_ERROR(writer->Append(version.SerializeAsString()));
  // Readers drop the step of this record itself, too. What was said of `frames`
  // still holds.
  Event start = NewEvent(frames + 1, Now(writer->latest_));
  start.mutable_session_log()->set_status(SessionLog::START);
  CREDO_RETURN_IF_ERROR(writer->Append(start.SerializeAsString()));
  return writer;
}

Status EventWriter::Write(const Progress& progress) {
  Event event = NewEvent(progress.frames, Now(latest_));
  Summary& summary = *event.mutable_summary();
  for (const Metric& metric : progress.metrics) {
    Summary::Value& value = *summary.add_value();
    value.set_tag(metric.name);
    value.set_simple_value(static_cast<float>(metric.value));
  }
  return Append(event.SerializeAsString());
}

Status EventWriter::Create() {
  // "x": never over another file. "e": not for programs that this one starts.
  file_.reset(std::fopen(path_.c_str(), "wbxe"));
  if (file_ == nullptr) {
    return Unavailable(path_ + ": cannot create: " +
                       std::generic_category().message(errno));
  }
  return OkStatus();
}

Status EventWriter::Append(const std::string& message) {
  if (!status_.ok()) return status_;
  const std::string record = Frame(message);
  if (std::fwrite(record.data(), 1, record.size(), file_.get()) !=
          record.size() ||
      std::fflush(file_.get()) != 0) {
    status_ = Unavailable(path_ + ": cannot append: " +
                          std::generic_category().message(errno));
  }
  return status_;
}

}  // namespace credo
