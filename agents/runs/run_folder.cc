#include "agents/runs/run_folder.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sdk/base/file.h"

namespace credo {

namespace fs = std::filesystem;

Status RunFolder::Create() const {
  return CreateFolders(path_, "the run's folder");
}

Result<FolderLock> RunFolder::Lock() const {
  return FolderLock::Take(path_, "another run is at work in this folder");
}

bool RunFolder::HasCheckpoint() const {
  std::error_code error;
  return fs::exists(checkpoint(), error) ||
         fs::exists(previous_checkpoint(), error);
}

Status RunFolder::WriteCheckpoint(const std::string& bytes) const {
  std::error_code error;
  if (fs::exists(checkpoint(), error)) {
    // A hard link keeps the newest checkpoint in place until the rename of the
    // next one: there is a whole checkpoint under its name at every moment.
    fs::remove(previous_checkpoint(), error);
    fs::create_hard_link(checkpoint(), previous_checkpoint(), error);
    // Not every file system has links.
    if (error) CREDO_RETURN_IF_ERROR(CopyCheckpoint());
  }
  return ReplaceFile(checkpoint(), bytes);
}

Status RunFolder::CopyCheckpoint() const {
  CREDO_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(checkpoint()));
  return ReplaceFile(previous_checkpoint(), bytes);
}

Result<TensorFile> RunFolder::ReadCheckpoint() const {
  Result<TensorFile> newest = ReadTensorFile(checkpoint(), "checkpoint");
  std::error_code error;
  if (newest.ok() || !fs::exists(previous_checkpoint(), error)) return newest;
  return Status(newest.status().code(),
                newest.status().message() +
                    "; to go on from the checkpoint before it, move " +
                    previous_checkpoint() + " to " + checkpoint());
}

Status RunFolder::AppendMetrics(int64_t update, int64_t frames,
                                const std::vector<Metric>& metrics) const {
  nlohmann::ordered_json line;
  line["update"] = update;
  line["frames"] = frames;
  for (const Metric& metric : metrics) {
    // JSON has no infinity and no NaN.
    if (std::isfinite(metric.value)) {
      line[metric.name] = metric.value;
    } else {
      line[metric.name] = nullptr;
    }
  }
  std::ofstream out(this->metrics(), std::ios::app);
  out << line.dump() << '\n';
  out.flush();
  if (!out) return Unavailable(this->metrics() + ": cannot append");
  return OkStatus();
}

Status RunFolder::CutMetrics(int64_t update) const {
  std::error_code error;
  if (!fs::exists(metrics(), error)) return OkStatus();
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(metrics()));
  std::string kept;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const std::string line = text.substr(begin, end - begin);
    const auto json = nlohmann::json::parse(line, nullptr, false);
    // A line that is no such object ends what can be trusted.
    const auto number = json.is_object() ? json.find("update") : json.end();
    if (number == json.end() || !number->is_number_integer() ||
        number->get<int64_t>() > update) {
      break;
    }
    kept += line + '\n';
    begin = end + 1;
  }
  return ReplaceFile(metrics(), kept);
}

}  // namespace credo
