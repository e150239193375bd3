#include "tools/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace credo {
namespace {

constexpr char kThisProgram[] = "/proc/self/exe";

int Code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// In the child, which may only call what is safe after fork.
[[noreturn]] void Become(char* const* arguments, int output, int log,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before the line above.
  if (getppid() != parent) _exit(127);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_IGN);  // a Ctrl-C is for the parent, which asks to stop
  dup2(output, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(kThisProgram, arguments);
  _exit(127);
}

}  // namespace

Result<ChildProcess> ChildProcess::Start(
    const std::vector<std::string>& arguments, const std::string& output,
    const std::string& log) {
  const auto failed = [](const std::string& path) {
    return Internal(path + ": " + std::strerror(errno));
  };
  const bool shares = output.empty() && log.empty();
  const int behind =
      shares ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
             : open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                    0666);
  if (behind < 0) return failed(log);
  int out = shares ? STDOUT_FILENO : behind;
  if (!output.empty()) {
    out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out < 0) {
      close(behind);
      return failed(output);
    }
  }
  std::string program = "credo";
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process == 0) Become(argv.data(), out, behind, parent);
  if (out != behind && !shares) close(out);
  close(behind);
  if (process < 0) return failed("fork");
  return ChildProcess(process);
}

std::optional<int> ChildProcess::Ended() const {
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  return Code(status);
}

void ChildProcess::Ask() const { kill(process_, SIGTERM); }

void ChildProcess::Stop() const {
  Ask();
  waitpid(process_, nullptr, 0);
}

void ChildProcess::Kill() const {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

}  // namespace credo
