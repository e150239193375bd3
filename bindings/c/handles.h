// What the handles of credo.h are, and how a call crosses the interface.
#ifndef CREDO_BINDINGS_C_HANDLES_H_
#define CREDO_BINDINGS_C_HANDLES_H_

#include <credo/credo.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

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
  // Set while a call is under way.
  std::atomic_flag busy = {};
};

namespace credo::c {

// Writes a failure to `error`, which may be null.
credo_status Tell(credo_status status, std::string_view message,
                  credo_error* error);

// Runs `call`, which returns a Status, and makes of whatever it does a
// credo_status. No exception leaves.
template <typename Call>
credo_status Cross(credo_error* error, Call call) noexcept {
  try {
    const Status status = call();
    if (status.ok()) return CREDO_OK;
    return Tell(static_cast<credo_status>(status.code()), status.message(),
                error);
  } catch (const std::bad_alloc&) {
    return Tell(CREDO_UNAVAILABLE, "out of memory", error);
  } catch (const std::exception& exception) {
    return Tell(CREDO_INTERNAL, exception.what(), error);
  } catch (...) {
    return Tell(CREDO_INTERNAL, "an unknown exception", error);
  }
}

inline Status RequireNotNull(const void* pointer, const char* name) {
  if (pointer != nullptr) return OkStatus();
  return InvalidArgument(std::string(name) +
                         ": expected an address, found NULL");
}

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

// The caller's struct as this build knows it: what lies beyond the caller's
// size is zero. `least` is the size in version 1.0.
template <typename Struct>
Status ReadStruct(const Struct* from, size_t least, const char* name,
                  Struct& to) {
  if (from->size < least) {
    return InvalidArgument(std::string(name) + ".size: expected at least " +
                           std::to_string(least) + ", found " +
                           std::to_string(from->size));
  }
  to = {};
  std::memcpy(&to, from, std::min<size_t>(from->size, sizeof(Struct)));
  return OkStatus();
}

// Fills the caller's struct as far as the caller knows it.
template <typename Struct>
Status WriteStruct(const Struct& from, size_t least, const char* name,
                   Struct* to) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(to, name));
  const uint32_t size = to->size;
  if (size < least) {
    return InvalidArgument(std::string(name) + ".size: expected at least " +
                           std::to_string(least) + ", found " +
                           std::to_string(size));
  }
  std::memcpy(to, &from, std::min<size_t>(size, sizeof(Struct)));
  to->size = size;
  return OkStatus();
}

}  // namespace credo::c

#endif  // CREDO_BINDINGS_C_HANDLES_H_
