// Runs of one configuration under several seeds, as one line.
#ifndef CREDO_TOOLS_VARIANTS_SECTION_H_
#define CREDO_TOOLS_VARIANTS_SECTION_H_

#include <string>
#include <vector>

#include "tools/reported_run.h"

namespace credo {

// Runs whose configurations differ in their seed alone.
struct RunVariant {
  std::string name;  // what the names of its runs share
  std::vector<const ReportedRun*> runs;

  // "name", or "name (mean of 3 seeds)".
  std::string Title() const;
};

// In the order of their first runs, which outlive the result.
std::vector<RunVariant> VariantsOf(const std::vector<ReportedRun>& runs);

// HTML: for each variant the mean over its seeds, with the standard deviation
// between them, of returns and of what probes read in the second half of
// episodes. Empty when no variant has more than one seed.
std::string VariantsSection(const std::vector<ReportedRun>& runs);

}  // namespace credo

#endif  // CREDO_TOOLS_VARIANTS_SECTION_H_
