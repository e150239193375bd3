#include <credo/credo.h>

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
