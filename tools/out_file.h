// Files that a user names with --out.
#ifndef CREDO_TOOLS_OUT_FILE_H_
#define CREDO_TOOLS_OUT_FILE_H_

#include <string>
#include <string_view>

#include "sdk/base/status.h"

namespace credo {

// ReplaceFile, but that a run's own files are refused with kInvalidArgument.
Status WriteOut(const std::string& path, std::string_view contents);

}  // namespace credo

#endif  // CREDO_TOOLS_OUT_FILE_H_
