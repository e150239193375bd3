// Characters at 60 Hz: a game's loop with a fixed step around libcredo.
//
//   sixty_hz MODEL [--seconds N] [--characters N] [--seed N] [--headless]
//            [--fast]
//
// Exit code 0 for done, 2 for wrong arguments or a model that does not fit, 1
// for a call that failed on the way.

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <ratio>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "examples/sixty_hz/crowd.h"
#include "examples/sixty_hz/options.h"
#include "examples/sixty_hz/scene.h"
#include "examples/sixty_hz/tick_times.h"
#include "examples/sixty_hz/window.h"

namespace sixty_hz {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;

constexpr Clock::duration kTick = duration_cast<Clock::duration>(
    std::chrono::duration<int64_t, std::ratio<1, kTicksPerSecond>>(1));
// After a pause of the machine no more than this is caught up: ticks that wait
// for ticks would never end.
constexpr Clock::duration kMostLag = 15 * kTick;
constexpr double kSecondsWithoutWindow = 10;

class Loop {
 public:
  Loop(Crowd crowd, const Options& options, std::unique_ptr<Window> window)
      : crowd_(std::move(crowd)),
        fast_(options.fast),
        window_(std::move(window)) {
    std::optional<double> seconds = options.seconds;
    if (!seconds && window_ == nullptr) seconds = kSecondsWithoutWindow;
    if (seconds) limit_ = std::llround(*seconds * kTicksPerSecond);
  }

  credo::Status Run() {
    const Clock::time_point start = Clock::now();
    Clock::time_point now = start;
    Clock::time_point next_picture = start;
    Clock::duration lag = kTick;  // time that no tick has simulated yet
    while (!Done()) {
      for (; lag >= kTick && !Done(); lag -= kTick) {
        if (const credo::Status status = Tick(); !status.ok()) return status;
      }
      Clock::time_point wake = now + kTick - lag;
      if (window_ != nullptr) {
        if (now >= next_picture) {
          // The present lies between two ticks.
          const auto between = std::chrono::duration<float>(lag) / kTick;
          if (const credo::Status status = Draw(between); !status.ok()) {
            return status;
          }
          next_picture = std::max(next_picture + Picture(), now);
        }
        wake = std::min(wake, next_picture);
      }
      if (fast_) {
        lag += kTick;
        continue;
      }
      std::this_thread::sleep_until(wake);
      const Clock::time_point before = std::exchange(now, Clock::now());
      lag += now - before;
      if (lag > kMostLag) {
        dropped_ += lag - kMostLag;
        lag = kMostLag;
      }
    }
    PrintSummary(Clock::now() - start);
    return {};
  }

 private:
  bool Done() const { return closed_ || ticks_ == limit_; }

  credo::Status Tick() {
    const credo::Status status = crowd_.Tick();
    if (!status.ok()) return status;
    ++ticks_;
    decisions_ += crowd_.decided();
    // With less than six characters nobody decides in some ticks.
    if (crowd_.decided() > 0) {
      second_.Add(crowd_.microseconds());
      all_.Add(crowd_.microseconds());
    }
    if (ticks_ % kTicksPerSecond == 0) PrintSecond();
    return status;
  }

  credo::Status Draw(float between) {
    const Input input = window_->Poll();
    closed_ = input.close;
    scene_.Select(crowd_, input.next);
    const credo::Status status = scene_.Draw(crowd_, between);
    if (status.ok()) window_->Show(Scene::kGround, scene_.boxes());
    return status;
  }

  Clock::duration Picture() const {
    return std::chrono::seconds(1) / window_->rate();
  }

  // "p50 21.3 us, p99 40.1 us, max 44.0 us"
  static std::string Text(const TickTimes& times) {
    char text[96];
    std::snprintf(text, sizeof text, "p50 %.1f us, p99 %.1f us, max %.1f us",
                  times.Quantile(0.5), times.Quantile(0.99), times.Quantile(1));
    return text;
  }

  // "return 16.41 in 32 episodes"
  std::string Returns() const {
    if (crowd_.episodes() == 0) return "no episode yet";
    char text[64];
    std::snprintf(text, sizeof text, "return %.2f in %" PRId64 " episodes",
                  crowd_.mean_return(), crowd_.episodes());
    return text;
  }

  void PrintSecond() {
    std::printf("%4" PRId64 " s: tick %" PRId64 ", %d characters, %s, %s\n",
                ticks_ / kTicksPerSecond, ticks_, crowd_.size(),
                Text(second_).c_str(), Returns().c_str());
    std::fflush(stdout);  // also when it goes into a file
    if (window_ != nullptr) {
      window_->SetTitle("Credo at 60 Hz: " + std::to_string(crowd_.size()) +
                        " characters, a tick takes " + Text(second_));
    }
    second_.Clear();
  }

  void PrintSummary(Clock::duration taken) const {
    std::printf("done: %" PRId64 " ticks in %.2f s, %" PRId64
                " decisions, %s, %s\n",
                ticks_, std::chrono::duration<double>(taken).count(),
                decisions_, Text(all_).c_str(), Returns().c_str());
    if (dropped_ > Clock::duration::zero()) {
      std::printf("dropped: %.2f s in which the machine paused\n",
                  std::chrono::duration<double>(dropped_).count());
    }
  }

  Crowd crowd_;
  bool fast_;
  std::unique_ptr<Window> window_;
  Scene scene_;
  int64_t limit_ = -1;  // ticks; -1: until closed
  int64_t ticks_ = 0;
  int64_t decisions_ = 0;
  Clock::duration dropped_ = {};
  TickTimes second_;
  TickTimes all_;
  bool closed_ = false;
};

int Main(std::span<const char* const> arguments) {
  std::string problem;
  const std::optional<Options> options = ReadOptions(arguments, problem);
  if (!options) {
    std::fprintf(stderr, "sixty_hz: %s\n%s", problem.c_str(), kUsage);
    return 2;
  }
  if (options->help) {
    std::printf("%s", kUsage);
    return 0;
  }
  credo::Result<Crowd> crowd =
      Crowd::Make(options->model, options->characters, options->seed);
  if (!crowd.ok()) {
    std::fprintf(stderr, "sixty_hz: %s\n", crowd.status().message());
    return 2;
  }
  std::unique_ptr<Window> window;
  if (!options->headless && !options->fast) {
    window = OpenWindow(Scene::kWidth, Scene::kHeight, problem);
    if (window == nullptr) {
      std::fprintf(stderr, "sixty_hz: no window: %s\n", problem.c_str());
    }
  }
  Loop loop(std::move(crowd).value(), *options, std::move(window));
  const credo::Status status = loop.Run();
  if (!status.ok()) {
    std::fprintf(stderr, "sixty_hz: %s\n", status.message());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace sixty_hz

int main(int argc, char** argv) {
  return sixty_hz::Main({argv + 1, argv + std::max(argc, 1)});
}
