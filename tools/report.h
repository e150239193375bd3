// What is known of some runs as one self-contained page of HTML.
#ifndef CREDO_TOOLS_REPORT_H_
#define CREDO_TOOLS_REPORT_H_

#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

// The page for the runs in these folders: how each was made, returns, what
// their beliefs know, learning curves, pictures. It holds what train, eval and
// probe left in the folders, computes nothing anew, and says which command
// brings what is missing. `note`, plain text, stands at its top. Fails when a
// folder holds no run or a file of it cannot be read.
Result<std::string> ReportHtml(const std::vector<std::string>& folders,
                               const std::string& note = "");

}  // namespace credo

#endif  // CREDO_TOOLS_REPORT_H_
