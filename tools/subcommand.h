// What every subcommand shares.
#ifndef CREDO_TOOLS_SUBCOMMAND_H_
#define CREDO_TOOLS_SUBCOMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "agents/learning/parts.h"
#include "sdk/base/status.h"

namespace CLI {
class App;
}

namespace credo {

// A subcommand that was added to the command line: called when it was chosen,
// returns the exit code.
using Subcommand = std::function<int()>;

// Each adds one subcommand; one file each. `parts` outlive the result.
Subcommand AddTrain(CLI::App& app, const Parts& parts);
Subcommand AddEval(CLI::App& app, const Parts& parts);
Subcommand AddProbe(CLI::App& app, const Parts& parts);
Subcommand AddRollout(CLI::App& app, const Parts& parts);
Subcommand AddReport(CLI::App& app, const Parts& parts);
Subcommand AddBeliefs(CLI::App& app, const Parts& parts);
Subcommand AddExport(CLI::App& app, const Parts& parts);
Subcommand AddSweep(CLI::App& app, const Parts& parts);
Subcommand AddTable(CLI::App& app, const Parts& parts);
Subcommand AddCheck(CLI::App& app, const Parts& parts);
Subcommand AddParts(CLI::App& app, const Parts& parts);
Subcommand AddConfig(CLI::App& app, const Parts& parts);

// Prints "credo: MESSAGE" to standard error and returns the exit code that
// belongs to the failure: 2 for wrong input, 130 or 143 when a signal cancelled
// it, else 1.
int Fail(const Status& status);
// Prints "credo: warning: MESSAGE" to standard error unless ok.
void Warn(const Status& status);

}  // namespace credo

#endif  // CREDO_TOOLS_SUBCOMMAND_H_
