#include "sdk/model/options.h"

#include <stdexcept>

namespace credo {

Selection Select(const PartCatalog& catalog, const std::string& kind) {
  for (const PartInfo& part : catalog) {
    if (part.name == kind) return {kind, part.defaults()};
  }
  throw std::logic_error("no part named '" + kind + "' is listed");
}

}  // namespace credo
