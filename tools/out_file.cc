#include "tools/out_file.h"

#include <filesystem>
#include <system_error>

#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"

namespace credo {

Status WriteOut(const std::string& path, std::string_view contents) {
  namespace fs = std::filesystem;
  const RunFolder folder(fs::absolute(path).parent_path().string());
  std::error_code error;
  if (fs::exists(folder.config(), error)) {
    for (const std::string& own : folder.files()) {
      if (fs::path(own).filename() != fs::path(path).filename()) continue;
      return InvalidArgument(
          "--out: expected another file than a run's own, found " + path);
    }
  }
  return ReplaceFile(path, contents);
}

}  // namespace credo
