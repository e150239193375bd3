// credo table: what a sweep found, over seeds.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "sdk/base/file.h"
#include "tools/run_command.h"
#include "tools/subcommand.h"
#include "tools/sweep_table.h"

namespace credo {
namespace {

// "probes.map.accuracy_by_frames.svg", ...
Status WriteCharts(const SweepTable& table, const std::string& folder) {
  CREDO_RETURN_IF_ERROR(CreateFolders(folder, "the folder of charts"));
  for (const Chart& chart : SweepCharts(table)) {
    const std::string name = chart.title + "_by_" +
                             chart.x.substr(0, chart.x.find(' ')) + ".svg";
    CREDO_RETURN_IF_ERROR(
        ReplaceFile(folder + "/" + name, ChartToSvgFile(chart)));
  }
  return OkStatus();
}

int Table(const std::string& path, const std::string& charts) {
  const SweepFolder folder(path);
  const Result<SweepTable> table = ReadSweepTable(folder);
  if (!table.ok()) return Fail(table.status());
  const std::pair<const char*, std::string> files[] = {
      {"/table.csv", SweepTableToCsv(*table)},
      {"/curves.csv", SweepCurvesToCsv(*table)},
      {"/table.html", SweepTableToHtml(*table, "Sweep " + path)}};
  for (const auto& [name, contents] : files) {
    if (Status status = ReplaceFile(path + name, contents); !status.ok()) {
      return Fail(status);
    }
  }
  if (!charts.empty()) {
    if (Status status = WriteCharts(*table, charts); !status.ok()) {
      return Fail(status);
    }
  }
  std::printf(
      "Second half of held-out episodes; mean with its 95 %% interval over "
      "seeds.\n\n%s\n%s/table.csv, curves.csv and table.html say more.\n",
      SweepTableToText(*table).c_str(), path.c_str());
  return kExitDone;
}

}  // namespace

Subcommand AddTable(CLI::App& app, const Parts&) {
  auto folder = std::make_shared<std::string>();
  auto charts = std::make_shared<std::string>();
  CLI::App* table = app.add_subcommand(
      "table", "What a sweep found, over seeds: text, CSV and a page");
  table->add_option("folder", *folder, "Folder of the sweep")->required();
  table->add_option("--charts", *charts,
                    "Folder for each of the page's charts as an SVG file");
  return [folder, charts] { return Table(*folder, *charts); };
}

}  // namespace credo
