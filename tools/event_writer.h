// The scalars of a run for TensorBoard: one event file per process that trained
// it, RUN/events.out.tfevents.SECONDS.credo, SECONDS since 1970 when it began.
//
// A file is a row of records; each is a protobuf message of
// tools/tensorboard_event.proto framed as TFRecord:
//
//   length of the message, u64 | masked CRC-32C of the length, u32 |
//   message | masked CRC-32C of the message, u32
//
// in the order of little-endian machines. The steps of TensorBoard are
// environment frames.
#ifndef CREDO_TOOLS_EVENT_WRITER_H_
#define CREDO_TOOLS_EVENT_WRITER_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "agents/runs/trainer.h"
#include "sdk/base/status.h"

namespace credo {

class EventWriter {
 public:
  // Begins a new file in `folder`, which exists. The run goes on from `frames`:
  // readers drop what earlier files say of later frames. Two processes that
  // write to one folder at a time are misuse.
  static Result<std::unique_ptr<EventWriter>> Open(const std::string& folder,
                                                   int64_t frames);

  // Appends the metrics, their names as tags, and hands them to the system: a
  // killed process loses none. After a failure the file may end in half a
  // record, so every later call fails in the same way.
  Status Write(const Progress& progress);

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  explicit EventWriter(std::string path) : path_(std::move(path)) {}

  Status Create();
  Status Append(const std::string& message);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  Status status_;  // of what was written so far
  double latest_ = 0;  // seconds since 1970 of the last event
};

}  // namespace credo

#endif  // CREDO_TOOLS_EVENT_WRITER_H_
