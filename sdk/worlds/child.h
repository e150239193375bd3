// A program of its own that is spoken to over its standard input and output.
#ifndef CREDO_SDK_WORLDS_CHILD_H_
#define CREDO_SDK_WORLDS_CHILD_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// Ends with this object, and with this process whatever ends that. Used by one
// thread at a time.
class Child {
 public:
  // Starts `command` (the first word is looked up in PATH). What it writes to
  // standard error goes where ours does; its last line is kept for messages.
  static Result<std::unique_ptr<Child>> Start(
      const std::vector<std::string>& command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Throws std::runtime_error that says what happened when the program has
  // ended or does not take or give the bytes within `seconds`.
  void Write(std::span<const std::byte> bytes, double seconds);
  void Read(std::span<std::byte> bytes, double seconds);
  // Whether it has said something that was not read.
  bool HasUnread() const;
  // A line without its end, of at most `most` bytes.
  std::string ReadLine(size_t most, double seconds);

 private:
  Child(pid_t process, int channel, int errors)
      : process_(process), channel_(channel), errors_(errors) {}
  // `seconds` is for the message alone.
  void ReadUntil(double deadline, double seconds, std::span<std::byte> bytes);
  // Waits until the channel is ready for `events` (poll).
  void Await(short events, double deadline);
  [[noreturn]] void Fail(const std::string& what);
  void DrainErrors();

  pid_t process_;
  int channel_;  // both ways
  int errors_;
  std::string last_errors_;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CHILD_H_
