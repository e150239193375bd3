// Whole files, durably replaced. POSIX; reading is in read_file.h.
#ifndef CREDO_SDK_BASE_FILE_H_
#define CREDO_SDK_BASE_FILE_H_

#include <string>
#include <string_view>

#include "sdk/base/read_file.h"
#include "sdk/base/status.h"

namespace credo {

// Failures are those of read_file.h.

// Replaces `path` by `contents` as one step that a crash cannot halve: writes
// "`path`.tmp", fsyncs it, renames it over `path`, fsyncs the folder. After a
// failure `path` is as it was, or already whole and new when the folder is what
// failed. Two writers of one path at a time are misuse.
Status ReplaceFile(const std::string& path, std::string_view contents);

// Makes the folder `path` and those above it; ok when it is there. `what` is
// what a message calls it: "the folder".
Status CreateFolders(const std::string& path, const std::string& what);

}  // namespace credo

#endif  // CREDO_SDK_BASE_FILE_H_
