#include "sdk/model/none_memory.h"

namespace credo {

PartInfo NoneInfo() {
  return InfoOf<NoneOptions>("none", "holds nothing");
}

}  // namespace credo
