// What the handles of credo.h are, and how a call reaches them.
#ifndef CREDO_BINDINGS_C_HANDLES_H_
#define CREDO_BINDINGS_C_HANDLES_H_

#include <credo/credo.h>

#include <atomic>
#include <memory>
#include <string>

#include "bindings/c/crossing.h"
#include "sdk/base/status.h"
#include "sdk/runtime/agent.h"
#include "sdk/runtime/beliefs.h"

struct credo_agent {
  std::unique_ptr<credo::runtime::Agent> agent;
};

struct credo_beliefs {
  credo_agent* owner;
  std::unique_ptr<credo::runtime::Beliefs> beliefs;
  credo_tap tap = nullptr;
  void* tap_user = nullptr;
  credo_tap_end tap_end = nullptr;
  // Set while a call is under way.
  std::atomic_flag busy = {};
};

namespace credo::c {

// Begins a call on beliefs: refuses a second one at a time.
inline Status TakeBeliefs(credo_beliefs& beliefs) {
  if (!beliefs.busy.test_and_set(std::memory_order_acquire)) return OkStatus();
  return FailedPrecondition(
      "beliefs: expected one call at a time, found another under way");
}

// Like Cross, for a call on beliefs.
template <typename Call>
credo_status CrossBeliefs(credo_beliefs* beliefs, credo_error* error,
                          Call call) noexcept {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(beliefs, "beliefs"));
    CREDO_RETURN_IF_ERROR(TakeBeliefs(*beliefs));
    struct Release {
      std::atomic_flag& busy;
      ~Release() { busy.clear(std::memory_order_release); }
    } release{beliefs->busy};
    return call(*beliefs->beliefs);
  });
}

// The same for a call on one row, which a failure names.
template <typename Call>
credo_status CrossRow(credo_beliefs* beliefs, int32_t row, credo_error* error,
                      Call call) noexcept {
  return CrossBeliefs(beliefs, error, [&](runtime::Beliefs& it) -> Status {
    const Status status = call(it);
    if (status.ok() || row < 0 || row >= it.count()) return status;
    return status.At("row " + std::to_string(row));
  });
}

}  // namespace credo::c

#endif  // CREDO_BINDINGS_C_HANDLES_H_
