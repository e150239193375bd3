// The folder of a run: what lies where.
//
//   config.yaml                     the resolved configuration
//   metrics.jsonl                   one JSON object per line
//   checkpoint.safetensors          the newest whole checkpoint
//   checkpoint.previous.safetensors the one before
//   model.safetensors               the agent, when the run has ended
//   records.safetensors             episodes, where a host plays the world
//   events.out.tfevents.*           the metrics again, for TensorBoard
//   pictures/                       what the agent imagines and believes
//   eval.json, probe.json           what credo eval and credo probe last found
#ifndef CREDO_AGENTS_RUNS_RUN_FOLDER_H_
#define CREDO_AGENTS_RUNS_RUN_FOLDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/folder_lock.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "simcore/auxiliary_task.h"

namespace credo {

class RunFolder {
 public:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string config() const { return path_ + "/config.yaml"; }
  std::string metrics() const { return path_ + "/metrics.jsonl"; }
  std::string checkpoint() const {
    return path_ + "/checkpoint.safetensors";
  }
  std::string previous_checkpoint() const {
    return path_ + "/checkpoint.previous.safetensors";
  }
  std::string model() const { return path_ + "/model.safetensors"; }
  std::string records() const { return path_ + "/records.safetensors"; }

  std::string pictures() const { return path_ + "/pictures"; }
  std::string evaluation() const { return path_ + "/eval.json"; }
  std::string probe_table() const { return path_ + "/probe.json"; }

  // All of the above.
  std::vector<std::string> files() const {
    return {config(),     metrics(), checkpoint(), previous_checkpoint(),
            model(),      records(), pictures(),   evaluation(),
            probe_table()};
  }

  // Makes the folder and those above it.
  Status Create() const;
  // For whoever writes a run: two would spoil each other's.
  Result<FolderLock> Lock() const;
  bool HasCheckpoint() const;

  // Writes a checkpoint as one step that a crash cannot halve, and keeps the
  // one before.
  Status WriteCheckpoint(const std::string& bytes) const;
  // The newest checkpoint. When it is damaged the failure names the tensor or
  // header and says how to go back to the previous one.
  Result<TensorFile> ReadCheckpoint() const;

  // Appends one line {"update": .., "frames": .., name: value, ...}.
  Status AppendMetrics(int64_t update, int64_t frames,
                       const std::vector<Metric>& metrics) const;
  // Drops the lines of updates after `update`, and a line that is cut short.
  Status CutMetrics(int64_t update) const;

 private:
  // The newest checkpoint as the previous one.
  Status CopyCheckpoint() const;

  std::string path_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_RUN_FOLDER_H_
