// What lies in a run's folder, for reports.
#ifndef CREDO_TOOLS_REPORTED_RUN_H_
#define CREDO_TOOLS_REPORTED_RUN_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

struct ReportedRun {
  std::string path;
  std::string name;
  std::string config;
  std::vector<nlohmann::ordered_json> metrics;
  nlohmann::ordered_json evaluation;  // null when there is none
  std::string probe_text;
  std::vector<std::string> pictures;  // paths, sorted
};

// Reads the run in folder `path`. Fails when there is none or a file of it is
// damaged; a last line that is being written is left out.
Result<ReportedRun> ReadReportedRun(const std::string& path,
                                    const std::string& name);

}  // namespace credo

#endif  // CREDO_TOOLS_REPORTED_RUN_H_
