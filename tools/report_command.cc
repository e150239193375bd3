// credo report: what is known of some runs as one page.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tools/out_file.h"
#include "tools/report.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"

namespace credo {
namespace {

struct Arguments {
  std::vector<std::string> runs;
  std::string out;
  std::string note;
};

Status WriteReport(const Arguments& arguments) {
  CREDO_ASSIGN_OR_RETURN(const std::string html,
                         ReportHtml(arguments.runs, arguments.note));
  return WriteOut(arguments.out, html);
}

}  // namespace

Subcommand AddReport(CLI::App& app, const Parts&) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* report = app.add_subcommand(
      "report", "One self-contained page: tables, curves, pictures");
  report->add_option("runs", arguments->runs, "Folders of runs")->required();
  report->add_option("--out", arguments->out, "File to write, HTML")
      ->required();
  report->add_option("--note", arguments->note,
                     "A paragraph of yours for the top of the page");
  return [arguments] {
    const Status status = WriteReport(*arguments);
    return status.ok() ? kExitDone : Fail(status);
  };
}

}  // namespace credo
