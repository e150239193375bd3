#include "sdk/model/none_memory.h"

namespace credo {

PartInfo NoneInfo() {
  return {"none", "holds nothing",
          [] { return std::make_unique<NoneOptions>(); }};
}

}  // namespace credo
