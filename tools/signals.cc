#include "tools/signals.h"

#include <csignal>

namespace credo {
namespace {

std::atomic<int> g_received{0};

void Handle(int signal) {
  g_received.store(signal);
  std::signal(signal, SIG_DFL);
}

}  // namespace

SignalScope::SignalScope() {
  g_received.store(0);
  std::signal(SIGINT, Handle);
  std::signal(SIGTERM, Handle);
}

SignalScope::~SignalScope() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<int>& SignalScope::received() { return g_received; }

}  // namespace credo
