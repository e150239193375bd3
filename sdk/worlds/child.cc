#include "sdk/worlds/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include <absl/strings/str_cat.h>
#include "sdk/base/last_line.h"
#include "sdk/base/number_text.h"

namespace credo {
namespace {

constexpr size_t kKeptErrors = 2000;  // bytes
// How long a program may take to end by itself when its input ends.
constexpr int kGraceMilliseconds = 200;

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// In the child, which may only call what is safe after fork.
[[noreturn]] void Become(char* const* arguments, int channel, int errors,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  signal(SIGPIPE, SIG_DFL);  // which we may ignore
  setpgid(0, 0);  // a Ctrl-C is for the parent
  dup2(channel, STDIN_FILENO);
  dup2(channel, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execvp(arguments[0], arguments);
  // Told like an error of the program's own.
  const char why[] = "cannot be started: ";
  (void)!write(STDERR_FILENO, why, sizeof why - 1);
  const char* const reason = strerrordesc_np(errno);
  (void)!write(STDERR_FILENO, reason, std::strlen(reason));
  _exit(127);
}

}  // namespace

Result<std::unique_ptr<Child>> Child::Start(
    const std::vector<std::string>& command) {
  int channel[2], errors[2];
  const auto failed = [](const char* what) {
    return Unavailable(absl::StrCat(what, ": ", std::strerror(errno)));
  };
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) {
    return failed("socketpair");
  }
  if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0) {
    const Status status = failed("pipe2");
    close(channel[0]);
    close(channel[1]);
    return status;
  }
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process == 0) Become(arguments.data(), channel[1], errors[1], parent);
  close(channel[1]);
  close(errors[1]);
  if (process < 0) {
    const Status status = failed("fork");
    close(channel[0]);
    close(errors[0]);
    return status;
  }
  fcntl(channel[0], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<Child>(new Child(process, channel[0], errors[0]));
}

Child::~Child() {
  close(channel_);
  for (int waited = 0; waited < kGraceMilliseconds; ++waited) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) {
      // What it started itself may live on.
      kill(-process_, SIGKILL);
      close(errors_);
      return;
    }
    usleep(1000);
  }
  kill(-process_, SIGKILL);
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  close(errors_);
}

// Hands on what it wrote to standard error, and keeps the end of it.
void Child::DrainErrors() {
  char buffer[4096];
  while (true) {
    const ssize_t got = read(errors_, buffer, sizeof buffer);
    if (got <= 0) return;
    (void)!write(STDERR_FILENO, buffer, static_cast<size_t>(got));
    last_errors_.append(buffer, static_cast<size_t>(got));
    if (last_errors_.size() > kKeptErrors) {
      last_errors_.erase(0, last_errors_.size() - kKeptErrors);
    }
  }
}

void Child::Fail(const std::string& what) {
  // It may be about to end, and say why.
  std::string ended;
  for (int waited = 0; waited < kGraceMilliseconds; ++waited) {
    siginfo_t info = {};
    if (waitid(P_PID, static_cast<id_t>(process_), &info,
               WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == process_) {
      ended = absl::StrCat("; its program has ended ",
                           info.si_code == CLD_EXITED ? "with exit code "
                                                      : "by signal ",
                           info.si_status);
      break;
    }
    usleep(1000);
  }
  DrainErrors();
  const std::string line = LastLine(last_errors_);
  throw std::runtime_error(
      absl::StrCat(what, ended, line.empty() ? "" : "; it said: ", line));
}

void Child::Await(short events, double deadline) {
  while (true) {
    pollfd files[2] = {{channel_, events, 0}, {errors_, POLLIN, 0}};
    const double left = deadline - Now();
    if (left <= 0) return;
    const int ready =
        poll(files, 2, static_cast<int>(std::ceil(std::min(left, 1e6) * 1e3)));
    if (ready < 0 && errno != EINTR) return;
    if ((files[1].revents & POLLIN) != 0) DrainErrors();
    if (files[0].revents != 0) return;
    // A closed end of errors alone is ready for ever.
    if ((files[1].revents & (POLLHUP | POLLERR)) != 0 &&
        (files[1].revents & POLLIN) == 0) {
      pollfd file = {channel_, events, 0};
      poll(&file, 1, static_cast<int>(std::ceil(std::min(left, 1e6) * 1e3)));
      return;
    }
  }
}

void Child::Write(std::span<const std::byte> bytes, double seconds) {
  const double deadline = Now() + seconds;
  while (!bytes.empty()) {
    const ssize_t sent =
        send(channel_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<size_t>(sent));
      continue;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      Fail("expected it to take a request, found its input closed");
    }
    if (Now() >= deadline) {
      Fail(absl::StrCat("expected it to take a request within ",
                        NumberText(seconds), " s, found it busy"));
    }
    Await(POLLOUT, deadline);
  }
}

void Child::Read(std::span<std::byte> bytes, double seconds) {
  ReadUntil(Now() + seconds, seconds, bytes);
}

void Child::ReadUntil(double deadline, double seconds,
                      std::span<std::byte> bytes) {
  const size_t whole = bytes.size();
  while (!bytes.empty()) {
    const ssize_t got = recv(channel_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      bytes = bytes.subspan(static_cast<size_t>(got));
      continue;
    }
    if (got == 0) {
      Fail(absl::StrCat("expected an answer of ", whole, " bytes, found ",
                        whole - bytes.size(), " and the end of its output"));
    }
    if (errno != EAGAIN && errno != EINTR) {
      Fail("expected an answer, found its output closed");
    }
    if (Now() >= deadline) {
      Fail(absl::StrCat("expected an answer of ", whole, " bytes within ",
                        NumberText(seconds), " s, found ",
                        whole - bytes.size()));
    }
    Await(POLLIN, deadline);
  }
}

bool Child::HasUnread() const {
  std::byte next;
  return recv(channel_, &next, 1, MSG_PEEK) > 0;
}

std::string Child::ReadLine(size_t most, double seconds) {
  std::string line;
  const double deadline = Now() + seconds;
  while (line.size() <= most) {
    std::byte next;
    ReadUntil(deadline, seconds, {&next, 1});
    if (static_cast<char>(next) == '\n') return line;
    line.push_back(static_cast<char>(next));
  }
  Fail(absl::StrCat("expected a line of at most ", most,
                    " bytes, found a longer one"));
}

}  // namespace credo
