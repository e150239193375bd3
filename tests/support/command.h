// A program that is run as its users run it.
#ifndef CREDO_TESTS_SUPPORT_COMMAND_H_
#define CREDO_TESTS_SUPPORT_COMMAND_H_

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace credo {

// How a program ended.
struct Ended {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;      // that ended it; 0: none
  double seconds = 0;  // since its start
  std::string out;
  std::string err;
};

// A running program; killed when this goes away before its end.
class Command {
 public:
  // arguments[0] is the program's path.
  explicit Command(const std::vector<std::string>& arguments)
      : out_(std::tmpfile()), err_(std::tmpfile()) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
      argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(out_.get()), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(err_.get()), 2);
    const int error = posix_spawn(&process_, argv[0], &actions, nullptr,
                                  argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
      process_ = 0;
      throw std::runtime_error("cannot start " + arguments[0]);
    }
  }
  ~Command() {
    if (process_ == 0) return;
    kill(process_, SIGKILL);
    Wait();
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // Nothing once Wait has returned: process 0 would be this whole group.
  void Signal(int signal) const {
    if (process_ != 0) kill(process_, signal);
  }

  // Of the program, while it runs.
  pid_t process() const { return process_; }

  // Whether it has not ended yet.
  bool Running() const {
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(process_), &info,
           WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid == 0;
  }

  // Until it has ended.
  Ended Wait() {
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    Ended ended;
    ended.seconds = std::chrono::duration<double>(
                        std::chrono::steady_clock::now() - start_)
                        .count();
    if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
    ended.out = Contents(*out_);
    ended.err = Contents(*err_);
    return ended;
  }

  // Until `condition()` holds: true. False when the program has ended before.
  template <typename Condition>
  bool RunUntil(const Condition& condition) const {
    while (!condition()) {
      if (!Running()) return condition();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return true;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  static std::string Contents(std::FILE& file) {
    std::rewind(&file);
    std::string contents;
    char block[4096];
    for (size_t count; (count = std::fread(block, 1, sizeof(block), &file));) {
      contents.append(block, count);
    }
    return contents;
  }

  File out_;
  File err_;
  pid_t process_ = 0;
  std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

inline Ended RunToEnd(const std::vector<std::string>& arguments) {
  return Command(arguments).Wait();
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_COMMAND_H_
