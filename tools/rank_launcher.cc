#include "tools/rank_launcher.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#include "sdk/base/file.h"
#include "sdk/base/last_line.h"
#include "tools/child_process.h"
#include "tools/run_command.h"

namespace credo {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr auto kPause = std::chrono::milliseconds(20);
// Seconds in which ranks find out who is lost; and rank 0, which may have to
// save what was learned, beyond them.
constexpr double kGrace = 15;
constexpr double kSaving = 45;

// A port of this machine that nobody listens at.
Result<int> FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound =
      listener >= 0 &&
      bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (listener >= 0) close(listener);
  if (!bound) return Unavailable("no port of this machine is free");
  return ntohs(address.sin_port);
}

// Where what the ranks but the first print is kept while they run.
class Logs {
 public:
  Logs() : folder_(std::filesystem::temp_directory_path() /
                   ("credo_ranks_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_, error_);
  }
  ~Logs() { std::filesystem::remove_all(folder_, error_); }

  std::string Of(int64_t rank) const {
    return rank == 0 ? "" : (folder_ / std::to_string(rank)).string();
  }
  std::string LastLineOf(int64_t rank) const {
    if (rank == 0) return "";
    const Result<std::string> text = ReadFile(Of(rank));
    return text.ok() ? LastLine(*text) : "";
  }

 private:
  std::filesystem::path folder_;
  std::error_code error_;
};

struct Rank {
  ChildProcess process;
  std::optional<int> ended;
};

std::string HowItEnded(int64_t rank, int code, const Logs& logs) {
  const std::string last = logs.LastLineOf(rank);
  return "rank " + std::to_string(rank) +
         (code < 0 ? " was ended by signal " + std::to_string(-code)
                   : " ended with " + std::to_string(code)) +
         (last.empty() ? "" : ": " + last);
}

}  // namespace

Result<int> LaunchRanks(int64_t ranks,
                        const std::vector<std::string>& arguments,
                        double timeout, const std::atomic<int>& stop) {
  CREDO_ASSIGN_OR_RETURN(const int port, FreePort());
  const Logs logs;
  std::vector<Rank> running;
  setenv("WORLD_SIZE", std::to_string(ranks).c_str(), 1);
  setenv("MASTER_ADDR", "127.0.0.1", 1);
  setenv("MASTER_PORT", std::to_string(port).c_str(), 1);
  for (int64_t rank = 0; rank < ranks; ++rank) {
    setenv("RANK", std::to_string(rank).c_str(), 1);
    setenv("LOCAL_RANK", std::to_string(rank).c_str(), 1);
    CREDO_ASSIGN_OR_RETURN(
        ChildProcess process,
        ChildProcess::Start(arguments, "", logs.Of(rank)));
    running.push_back({process, std::nullopt});
  }
  bool asked = false;
  int64_t left = ranks;
  std::string first_failure;
  Clock::time_point until = Clock::time_point::max();
  while (left > 0) {
    if (stop.load() != 0 && !asked) {
      for (const Rank& one : running) {
        if (!one.ended) one.process.Ask();
      }
      asked = true;
    }
    for (int64_t rank = 0; rank < ranks; ++rank) {
      Rank& one = running[rank];
      if (one.ended) continue;
      one.ended = one.process.Ended();
      if (!one.ended) continue;
      --left;
      if (*one.ended == 0) continue;
      if (first_failure.empty()) {
        first_failure = HowItEnded(rank, *one.ended, logs);
      }
      // Whoever was asked to stop may take its time.
      if (asked || *one.ended > 128) continue;
      // One that ended by itself had waited for the others already.
      const double more = *one.ended < 0 ? timeout + kGrace : kGrace;
      const auto patience =
          std::chrono::duration_cast<Clock::duration>(Seconds(more));
      until = std::min(until, Clock::now() + patience);
    }
    for (int64_t rank = 0; rank < ranks && Clock::now() > until; ++rank) {
      Rank& one = running[rank];
      if (one.ended) continue;
      if (rank == 0 && Clock::now() - until < Seconds(kSaving)) continue;
      one.process.Kill();
      one.ended = -SIGKILL;
      --left;
    }
    std::this_thread::sleep_for(kPause);
  }
  const int code = *running.front().ended;
  const auto ended_with = [&](int wrong) {
    return std::ranges::count_if(running, [wrong](const Rank& one) {
      return *one.ended == wrong;
    });
  };
  if (asked && ended_with(kExitFailed) + ended_with(kExitWrongInput) == 0) {
    return 128 + stop.load();
  }
  // What rank 0 told itself, or all did, need not be told twice.
  if (first_failure.empty() || code > 128 ||
      ended_with(kExitWrongInput) == ranks ||
      first_failure.starts_with("rank 0 ended with")) {
    return code;
  }
  return Internal(first_failure);
}

}  // namespace credo
