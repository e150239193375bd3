// SIGINT, SIGTERM and SIGHUP as a wish to stop.
#ifndef CREDO_TOOLS_SIGNALS_H_
#define CREDO_TOOLS_SIGNALS_H_

#include <atomic>

namespace credo {

// Catches these signals while it lives. The second one of a kind ends the
// process at once.
class SignalScope {
 public:
  SignalScope();
  ~SignalScope();
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;

  // The number of the signal that came, or 0.
  static const std::atomic<int>& received();
};

}  // namespace credo

#endif  // CREDO_TOOLS_SIGNALS_H_
