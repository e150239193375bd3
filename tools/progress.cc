#include "tools/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace credo {
namespace {

std::string Number(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

// " (gap 3.2, kl 4.1, multiplier 0.06)": what tells whether a loss does well.
std::string State(const Progress& progress, const std::string& loss) {
  std::string text;
  for (const char* word : {"gap", "kl", "multiplier", "constraint", "accuracy",
                           "memory.read_entropy"}) {
    for (const Metric& metric : progress.metrics) {
      if (metric.name != loss + "." + word) continue;
      text += (text.empty() ? " (" : ", ") + std::string(word) + " " +
              Number(metric.value);
    }
  }
  return text.empty() ? text : text + ")";
}

// " rl 0.123 auxiliary.0.simcore 4.56 (gap 3.2)", in nats.
std::string Losses(const Progress& progress) {
  std::string text;
  for (const Metric& metric : progress.metrics) {
    if (!metric.name.starts_with("loss.")) continue;
    const std::string loss = metric.name.substr(5);
    text += " " + loss + " " + Number(metric.value) + State(progress, loss);
  }
  return text;
}

std::string Duration(double seconds) {
  const long whole = static_cast<long>(seconds + 0.5);
  char text[64];
  std::snprintf(text, sizeof(text), "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

// Columns of the terminal; 0 when it does not say.
int Width() {
  winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

ProgressPrinter::ProgressPrinter() : terminal_(isatty(STDOUT_FILENO) != 0) {}

ProgressPrinter::~ProgressPrinter() {
  if (open_) std::fputc('\n', stdout);
}

void ProgressPrinter::operator()(const Progress& progress) {
  if (!progress.note.empty()) {
    if (open_) std::fputc('\n', stdout);
    std::fflush(stdout);
    open_ = false;
    std::fprintf(stderr, "credo: %s\n", progress.note.c_str());
  }
  const auto now = std::chrono::steady_clock::now();
  const bool ended = progress.update == progress.updates;
  const auto pause =
      terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(5);
  if (!ended && now - last_ < pause) return;
  last_ = now;
  const double share = static_cast<double>(progress.update) /
                       static_cast<double>(progress.updates);
  const double per_update = static_cast<double>(progress.frames) /
                            static_cast<double>(progress.update);
  const double left =
      static_cast<double>(progress.updates - progress.update) * per_update /
      progress.frames_per_second;
  std::string line;
  if (terminal_) {
    constexpr size_t kWidth = 20;
    line = '[';
    line.append(static_cast<size_t>(share * kWidth), '=');
    line.append(kWidth + 1 - line.size(), ' ');
    line += "] ";
  }
  char text[160];
  std::snprintf(text, sizeof(text),
                "%3.0f %%  %.3g M frames  %.0f frames/s  ETA %s ",
                100 * share, static_cast<double>(progress.frames) * 1e-6,
                progress.frames_per_second, Duration(left).c_str());
  line += text + Losses(progress);
  // A line that is longer than the terminal is wide could not be taken back.
  if (const int width = terminal_ ? Width() : 0; width > 0) {
    line.resize(std::min(line.size(), static_cast<size_t>(width - 1)));
  }
  std::fprintf(stdout, terminal_ ? "\r\033[K%s" : "%s\n", line.c_str());
  std::fflush(stdout);
  open_ = terminal_;
}

}  // namespace credo
