#include "agents/runs/checkpoint_writer.h"

#include <chrono>
#include <utility>

namespace credo {

CheckpointWriter::~CheckpointWriter() { (void)End(); }

Status CheckpointWriter::Begin(TensorFile file) {
  CREDO_RETURN_IF_ERROR(End());
  writing_ = std::async(std::launch::async,
                        [this, file = std::move(file)]() -> Status {
                          try {
                            return folder_.WriteCheckpoint(
                                SerializeTensorFile(file));
                          } catch (const std::exception& error) {
                            return Internal(error.what());
                          }
                        });
  return OkStatus();
}

Status CheckpointWriter::SoFar() {
  if (!writing_.valid() ||
      writing_.wait_for(std::chrono::seconds(0)) !=
          std::future_status::ready) {
    return failure_;
  }
  return End();
}

Status CheckpointWriter::End() {
  if (writing_.valid()) failure_ = writing_.get();
  return failure_;
}

}  // namespace credo
