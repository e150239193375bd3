// A program that is started beside this one and ends with it.
#ifndef CREDO_TOOLS_CHILD_PROCESS_H_
#define CREDO_TOOLS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

class ChildProcess {
 public:
  // Starts this same program with other arguments. Standard output goes to
  // `output`, which it replaces, or behind `log` when that is empty; standard
  // error goes behind `log`. With both empty it shares those of this process.
  // When this process ends in any way, kill -9
  // included, the child is killed too. Call it from the thread that lives
  // longest.
  static Result<ChildProcess> Start(const std::vector<std::string>& arguments,
                                    const std::string& output,
                                    const std::string& log);

  // Its exit code once it has ended, -SIGNAL when a signal ended it; nothing
  // before. Not to be called again after that.
  std::optional<int> Ended() const;
  // Asks it to stop (SIGTERM).
  void Ask() const;
  // The same, and waits until it has.
  void Stop() const;
  // Ends it at once (SIGKILL) and waits until it has.
  void Kill() const;

 private:
  explicit ChildProcess(pid_t process) : process_(process) {}

  pid_t process_;
};

}  // namespace credo

#endif  // CREDO_TOOLS_CHILD_PROCESS_H_
