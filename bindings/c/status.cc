#include "bindings/c/handles.h"

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

}  // namespace credo::c

int32_t credo_version(void) {
  return CREDO_VERSION_MAJOR * 1000 + CREDO_VERSION_MINOR;
}

const char* credo_status_name(int32_t status) {
  switch (status) {
    case CREDO_OK: return "Ok";
    case CREDO_INVALID_ARGUMENT: return "InvalidArgument";
    case CREDO_NOT_FOUND: return "NotFound";
    case CREDO_FAILED_PRECONDITION: return "FailedPrecondition";
    case CREDO_DATA_LOSS: return "DataLoss";
    case CREDO_UNAVAILABLE: return "Unavailable";
    case CREDO_INTERNAL: return "Internal";
    default: return "Unknown";
  }
}
