// Whole files, read and durably replaced.
#ifndef CREDO_SDK_BASE_FILE_H_
#define CREDO_SDK_BASE_FILE_H_

#include <string>
#include <string_view>

#include "sdk/base/status.h"

namespace credo {

// Failures carry the path and the system's own words: kNotFound when the file
// or its folder does not exist, kInvalidArgument when a folder stands where a
// file is expected (or the other way round), kUnavailable for all else, such as
// a full disk.

Result<std::string> ReadFile(const std::string& path);

// Replaces `path` by `contents` as one step that a crash cannot halve: writes
// "`path`.tmp", fsyncs it, renames it over `path`, fsyncs the folder. After
// a failure `path` is as it was. Two writers of one path at a time are misuse.
Status ReplaceFile(const std::string& path, std::string_view contents);

// Makes the folder `path` and those above it; ok when it is there. `what` is
// what a message calls it: "the folder".
Status CreateFolders(const std::string& path, const std::string& what);

}  // namespace credo

#endif  // CREDO_SDK_BASE_FILE_H_
