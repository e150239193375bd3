// Writes checkpoints while learning goes on.
#ifndef CREDO_AGENTS_RUNS_CHECKPOINT_WRITER_H_
#define CREDO_AGENTS_RUNS_CHECKPOINT_WRITER_H_

#include <future>

#include "agents/runs/run_folder.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// Used by one thread; the writing is done by another, one checkpoint at a time.
class CheckpointWriter {
 public:
  // The folder outlives this.
  explicit CheckpointWriter(const RunFolder& folder) : folder_(folder) {}
  // Ends what was begun.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  // Begins to write `file`, once the one before is written: waits for that.
  // Fails as that did; then `file` is not written.
  Status Begin(TensorFile file);
  // Whether what was begun failed, as far as it is known without waiting.
  Status SoFar();
  // Waits until what was begun is written.
  Status End();

 private:
  const RunFolder& folder_;
  std::future<Status> writing_;  // valid: its result was not taken yet
  Status failure_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_CHECKPOINT_WRITER_H_
