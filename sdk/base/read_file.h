// Whole files, read on every system.
#ifndef CREDO_SDK_BASE_READ_FILE_H_
#define CREDO_SDK_BASE_READ_FILE_H_

#include <string>

#include "sdk/base/status.h"

namespace credo {

// Paths are UTF-8 on Windows, bytes elsewhere.
//
// Failures carry the path and the system's own words: kNotFound when the file
// or its folder does not exist, kInvalidArgument when a folder stands where a
// file is expected (or the other way round, which Windows calls not found), the
// path is no UTF-8 or too long, kUnavailable for all else, such as a full disk.
Result<std::string> ReadFile(const std::string& path);

// The failure to `what` ("open") the file, of a call that left `error` in
// errno.
Status SystemError(const std::string& path, const std::string& what, int error);

}  // namespace credo

#endif  // CREDO_SDK_BASE_READ_FILE_H_
