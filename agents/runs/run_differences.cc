#include "agents/runs/run_differences.h"

#include "sdk/base/file.h"
#include "sdk/config/yaml.h"

namespace credo {

Result<std::vector<std::string>> RunDifferences(const RunFolder& folder,
                                                const Parts& parts,
                                                ExperimentOptions& options) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(folder.config()));
  ExperimentOptions was(parts);
  CREDO_RETURN_IF_ERROR(ReadYaml(text, folder.config(), {}, was));
  return CompareOptions(was, options);
}

std::string_view DifferenceKey(std::string_view difference) {
  return difference.substr(0, difference.find(':'));
}

}  // namespace credo
