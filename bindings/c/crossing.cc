#include "bindings/c/crossing.h"

static_assert(static_cast<int>(credo::StatusCode::kInvalidArgument) ==
              CREDO_INVALID_ARGUMENT);
static_assert(static_cast<int>(credo::StatusCode::kNotFound) ==
              CREDO_NOT_FOUND);
static_assert(static_cast<int>(credo::StatusCode::kFailedPrecondition) ==
              CREDO_FAILED_PRECONDITION);
static_assert(static_cast<int>(credo::StatusCode::kDataLoss) ==
              CREDO_DATA_LOSS);
static_assert(static_cast<int>(credo::StatusCode::kUnavailable) ==
              CREDO_UNAVAILABLE);
static_assert(static_cast<int>(credo::StatusCode::kInternal) ==
              CREDO_INTERNAL);

namespace credo::c {

credo_status Tell(credo_status status, std::string_view message,
                  credo_error* error) {
  constexpr size_t kText = offsetof(credo_error, message);
  if (error == nullptr || error->size <= kText) return status;
  error->status = status;
  const size_t room =
      std::min<size_t>(error->size, sizeof(credo_error)) - kText - 1;
  size_t length = std::min(message.size(), room);
  // Not in the middle of a UTF-8 character.
  while (length > 0 && length < message.size() &&
         (static_cast<unsigned char>(message[length]) & 0xC0) == 0x80) {
    --length;
  }
  std::memcpy(error->message, message.data(), length);
  error->message[length] = '\0';
  return status;
}

Result<ObservationSpec> SpecOf(const credo_observation_info& info) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(info.name, "observation: name"));
  ObservationSpec spec;
  spec.name = info.name;
  if (info.kind < CREDO_PICTURE || info.kind > CREDO_VECTOR) {
    return InvalidArgument("observation '" + spec.name +
                           "': kind: expected 0 to 2, found " +
                           std::to_string(info.kind));
  }
  spec.kind = static_cast<ObservationKind>(info.kind);
  if (info.rank < 0 || static_cast<size_t>(info.rank) > std::size(info.shape)) {
    return InvalidArgument("observation '" + spec.name +
                           "': rank: expected 0 to 8, found " +
                           std::to_string(info.rank));
  }
  spec.shape.assign(info.shape, info.shape + info.rank);
  spec.low = info.low;
  spec.high = info.high;
  return spec;
}

}  // namespace credo::c
