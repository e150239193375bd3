// Whole files, read and durably replaced.
#ifndef CREDO_SDK_BASE_FILE_H_
#define CREDO_SDK_BASE_FILE_H_

#include <string>
#include <string_view>

#include "sdk/base/status.h"

namespace credo {

Result<std::string> ReadFile(const std::string& path);

// Replaces `path` by `contents` as one step that a crash cannot halve: writes
// "`path`.tmp", fsyncs it, renames it over `path`, fsyncs the folder.
Status ReplaceFile(const std::string& path, std::string_view contents);

}  // namespace credo

#endif  // CREDO_SDK_BASE_FILE_H_
