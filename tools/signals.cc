#include "tools/signals.h"

#include <csignal>

namespace credo {
namespace {

// A terminal that is closed asks as well.
constexpr int kStops[] = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> g_received{0};

void Handle(int signal) {
  g_received.store(signal);
  std::signal(signal, SIG_DFL);
}

}  // namespace

SignalScope::SignalScope() {
  g_received.store(0);
  for (const int signal : kStops) std::signal(signal, Handle);
}

SignalScope::~SignalScope() {
  for (const int signal : kStops) std::signal(signal, SIG_DFL);
}

const std::atomic<int>& SignalScope::received() { return g_received; }

}  // namespace credo
