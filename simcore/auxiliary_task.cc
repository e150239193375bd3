#include "simcore/auxiliary_task.h"

namespace credo {

void AuxiliaryTask::Save(const std::string&, TensorFile&) const {}

Status AuxiliaryTask::Load(const std::string&, const TensorFile&) {
  return OkStatus();
}

}  // namespace credo
