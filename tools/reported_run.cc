#include "tools/reported_run.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/json_file.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// The last line may be cut short: it is being written, or its writer was
// killed.
Result<std::vector<Json>> ReadLines(const std::string& path) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<Json> lines;
  size_t begin = 0;
  for (int number = 1;; ++number) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    Json line = Json::parse(text.substr(begin, end - begin), nullptr, false);
    if (!line.is_object()) {
      return DataLoss(path + ":" + std::to_string(number) +
                      ": expected a JSON object, found it damaged");
    }
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

Result<ReportedRun> ReadReportedRun(const std::string& path,
                                    const std::string& name) {
  const RunFolder folder(path);
  ReportedRun run;
  run.path = path;
  run.name = name;
  CREDO_ASSIGN_OR_RETURN(run.config, ReadFile(folder.config()));
  CREDO_ASSIGN_OR_RETURN(run.metrics, ReadLines(folder.metrics()));
  std::error_code error;
  if (fs::exists(folder.evaluation(), error)) {
    CREDO_ASSIGN_OR_RETURN(run.evaluation, ReadJsonObject(folder.evaluation()));
  }
  if (fs::exists(folder.probe_table(), error)) {
    CREDO_ASSIGN_OR_RETURN(run.probe_text, ReadFile(folder.probe_table()));
  }
  for (const auto& entry : fs::directory_iterator(folder.pictures(), error)) {
    if (entry.path().extension() == ".png") {
      run.pictures.push_back(entry.path().string());
    }
  }
  std::sort(run.pictures.begin(), run.pictures.end());
  return run;
}

}  // namespace credo
