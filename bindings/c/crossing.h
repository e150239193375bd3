// How a call crosses a C interface: statuses, exceptions, structs with sizes.
#ifndef CREDO_BINDINGS_C_CROSSING_H_
#define CREDO_BINDINGS_C_CROSSING_H_

#include <credo/credo.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

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

// Entry `index` of the caller's array of structs, whose first one tells the
// distance between two.
template <typename Struct>
Status ReadEntry(const Struct* list, int32_t index, const char* name,
                 Struct& to) {
  const auto* bytes = reinterpret_cast<const std::byte*>(list);
  return ReadStruct(
      reinterpret_cast<const Struct*>(bytes + index * size_t{list->size}),
      sizeof(Struct), name, to);
}

// The observation that a host describes.
Result<ObservationSpec> SpecOf(const credo_observation_info& info);

}  // namespace credo::c

#endif  // CREDO_BINDINGS_C_CROSSING_H_
