#include "tools/report.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "agents/runs/loaded_run.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/json_file.h"
#include "tools/line_chart.h"
#include "tools/page.h"
#include "tools/reported_run.h"
#include "tools/variants_section.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kNote[] =
    "One training seed of each run is shown; runs that differ in their seed "
    "alone are also put together. Intervals are 95 % bootstrap "
    "intervals over held-out episodes: they tell how sure the measurement of "
    "this one agent is, not how much agents of other seeds differ.";

std::string IntervalCell(const Json& part) {
  return Fixed(NumberOf(part.at("mean")), 3) + "<small>" +
         Fixed(NumberOf(part.at("low")), 3) + " – " +
         Fixed(NumberOf(part.at("high")), 3) + "</small>";
}

std::string RunsSection(const std::vector<ReportedRun>& runs) {
  std::string html = "<h2>Runs</h2>\n<table>\n" +
                     Row({"run", "frames", "frames/s", "return"}, "th");
  bool missing = false;
  for (const ReportedRun& run : runs) {
    std::string frames = "–", rate = "–", returns = "–";
    if (!run.metrics.empty()) {
      const Json& last = run.metrics.back();
      frames = Fixed(NumberOf(last.value("frames", Json())), 0);
      rate = Fixed(NumberOf(last.value("frames_per_second", Json())), 0);
    }
    if (!run.evaluation.is_null()) {
      returns = Fixed(NumberOf(run.evaluation.value("return", Json())), 2) +
                "<small>" +
                Fixed(NumberOf(run.evaluation.value("return_low", Json())), 2) +
                " – " +
                Fixed(NumberOf(run.evaluation.value("return_high", Json())),
                      2) +
                "</small>";
    }
    missing |= run.evaluation.is_null();
    html += Row({EscapeHtml(run.name), frames, rate, returns}, "td");
  }
  html += "</table>\n";
  if (missing) {
    html += "<p>Returns come from <code>credo eval RUN</code>.</p>\n";
  }
  return html;
}

// Each part of each target over the steps of an episode, one line per row.
std::string EpisodeCurves(const Json& table) {
  std::string html;
  const Json& scores = table.at("rows").at(0).at("scores");
  for (const auto& target : scores.items()) {
    for (const auto& part : target.value().at("parts").items()) {
      if (target.value().at("parts").size() > 1 && part.key() == "all") {
        continue;
      }
      Chart chart;
      chart.title = target.key() +
                    (part.key() == "all" ? "" : ", cells " + part.key()) +
                    (target.value().at("accuracy").get<bool>()
                         ? " (accuracy)"
                         : " (absolute error)");
      chart.x = "step of the episode";
      for (const Json& row : table.at("rows")) {
        ChartLine line{row.at("name").get<std::string>(), {}};
        const Json& curve = row.at("scores").at(target.key()).at("parts")
                                .at(part.key()).at("curve");
        for (size_t t = 0; t < curve.size(); ++t) {
          line.points.emplace_back(static_cast<double>(t), NumberOf(curve[t]));
        }
        chart.lines.push_back(std::move(line));
      }
      html += ChartToSvg(chart);
    }
  }
  return html;
}

// How the row's beliefs were read, with the targets that were queried.
std::string ReadersOf(const Json& row) {
  std::string flat, queried;
  for (const auto& target : row.at("scores").items()) {
    const std::string reader = target.value().value("reader", "");
    if (reader == "query") queried += " " + EscapeHtml(target.key());
    if (flat.empty()) flat = reader;
  }
  return queried.empty() ? flat : "query" + queried;
}

std::string ProbeTableHtml(const Json& table) {
  std::vector<std::string> heading = {"belief of", "read"};
  std::string rows;
  for (const Json& row : table.at("rows")) {
    std::vector<std::string> cells = {
        EscapeHtml(row.at("name").get<std::string>()), ReadersOf(row)};
    for (const auto& target : row.at("scores").items()) {
      const Json& parts = target.value().at("parts");
      for (const auto& part : parts.items()) {
        if (parts.size() > 1 && part.key() == "all") continue;
        if (rows.empty()) {
          heading.push_back(
              EscapeHtml(target.key()) +
              (parts.size() > 1 ? " " + EscapeHtml(part.key()) : "") +
              (target.value().at("accuracy").get<bool>() ? "" : " (error)"));
        }
        cells.push_back(IntervalCell(part.value()));
      }
    }
    rows += Row(cells, "td");
  }
  return "<p>Probes trained from scratch on frozen beliefs, " +
         std::to_string(table.at("probe_frames").get<int64_t>()) +
         " frames each; second half of " +
         std::to_string(table.at("episodes").get<int64_t>()) +
         " held-out episodes of the scripted policy. A control is of the run "
         "whose name it carries: that agent untrained, without its core, or "
         "with probes that train it.</p>\n<table>\n" +
         Row(heading, "th") + rows + "</table>\n";
}

Result<std::string> ProbeSection(const std::vector<ReportedRun>& runs) {
  std::string html = "<h2>What beliefs know</h2>\n";
  std::set<std::string> shown;
  for (const ReportedRun& run : runs) {
    // Runs that were probed together hold the same table.
    if (run.probe_text.empty() || !shown.insert(run.probe_text).second) {
      continue;
    }
    const std::string path = RunFolder(run.path).probe_table();
    try {
      const Json table = Json::parse(run.probe_text);
      html += ProbeTableHtml(table) + EpisodeCurves(table);
    } catch (const nlohmann::json::exception& error) {
      return DataLoss(path +
                      ": expected a table of probes, found it damaged: " +
                      error.what());
    }
  }
  if (shown.empty()) {
    html += "<p>Tables come from <code>credo probe RUN...</code>.</p>\n";
  }
  return html;
}

// Which metrics have a chart: losses, returns, and what tells whether a loss
// and a memory do well (docs/losses.md, docs/memories.md).
bool IsCharted(const std::string& name) {
  for (const char* begin : {"loss.", "eval.", "memory."}) {
    if (name.starts_with(begin)) return true;
  }
  for (const char* end : {".gap", ".kl", ".multiplier", ".constraint",
                          ".accuracy", ".read_entropy", ".occupancy"}) {
    if (name.ends_with(end)) return true;
  }
  return name == "entropy";
}

// Where each auxiliary loss stands in the last logged update.
std::string LossesSection(const std::vector<ReportedRun>& runs) {
  const std::vector<std::pair<const char*, const char*>> columns = {
      {"error.k00", "error, now"}, {"error.k01", "error, 1 step"},
      {"error.k12", "error, 12 steps"}, {"gap", "gap"},
      {"kl", "KL"}, {"multiplier", "multiplier"},
      {"constraint", "constraint"}};
  std::vector<std::string> heading = {"run", "loss"};
  for (const auto& [key, title] : columns) heading.push_back(title);
  heading.push_back("gradient");
  heading.push_back("share of time");
  std::string rows;
  for (const ReportedRun& run : runs) {
    if (run.metrics.empty()) continue;
    const Json& last = run.metrics.back();
    for (int i = 0;; ++i) {
      const std::string prefix = "auxiliary." + std::to_string(i) + ".";
      std::string name;
      for (const auto& item : last.items()) {
        if (item.key().starts_with("loss." + prefix)) {
          name = item.key().substr(5);
        }
      }
      if (name.empty()) break;
      const auto number = [&](const std::string& key, int digits) {
        return Fixed(NumberOf(last.value(key, Json())), digits);
      };
      std::vector<std::string> cells = {EscapeHtml(run.name),
                                        EscapeHtml(name)};
      for (const auto& [key, title] : columns) {
        cells.push_back(number(name + "." + key, 3));
      }
      cells.push_back(number("gradient." + name, 3));
      cells.push_back(number("time.auxiliary." + std::to_string(i) + ".share",
                             2));
      rows += Row(cells, "td");
    }
  }
  if (rows.empty()) return "";
  return "<h2>What losses do</h2>\n<p>The last logged update of each run; "
         "errors, gap and KL in nats per frame. A gap of 0 says that the "
         "simulator learned the average and the belief nothing.</p>\n"
         "<table>\n" +
         Row(heading, "th") + rows + "</table>\n";
}

// The mean of a metric over the runs of a variant, as far as all of them came.
ChartLine MeanLine(const RunVariant& variant, const std::string& metric) {
  struct Sum {
    double frames = 0;
    double value = 0;
    size_t runs = 0;
  };
  std::map<int64_t, Sum> sums;
  for (const ReportedRun* run : variant.runs) {
    for (const Json& line : run->metrics) {
      if (!line.contains(metric)) continue;
      const double update = NumberOf(line.value("update", Json()));
      if (std::isnan(update)) continue;
      Sum& sum = sums[static_cast<int64_t>(update)];
      sum.frames += NumberOf(line.value("frames", Json()));
      sum.value += NumberOf(line.at(metric));
      ++sum.runs;
    }
  }
  ChartLine mean{variant.Title(), {}};
  for (const auto& [update, sum] : sums) {
    if (sum.runs < variant.runs.size()) continue;
    mean.points.emplace_back(sum.frames / sum.runs, sum.value / sum.runs);
  }
  return mean;
}

std::string CurvesSection(const std::vector<ReportedRun>& runs) {
  std::vector<std::string> metrics;
  for (const ReportedRun& run : runs) {
    for (const Json& line : run.metrics) {
      for (const auto& metric : line.items()) {
        if (IsCharted(metric.key()) &&
            std::ranges::find(metrics, metric.key()) == metrics.end()) {
          metrics.push_back(metric.key());
        }
      }
    }
  }
  const std::vector<RunVariant> variants = VariantsOf(runs);
  std::string html = "<h2>Learning curves</h2>\n";
  for (const std::string& metric : metrics) {
    Chart chart{metric, "environment frames", {}};
    for (const RunVariant& variant : variants) {
      ChartLine line = MeanLine(variant, metric);
      if (!line.points.empty()) chart.lines.push_back(std::move(line));
    }
    html += ChartToSvg(chart);
  }
  return html;
}

Result<std::string> PicturesSection(const std::vector<ReportedRun>& runs) {
  std::string html =
      "<h2>What agents imagine and believe</h2>\n<p>Imagined: pairs of rows, "
      "above what was seen, below what the simulator expected from the belief "
      "at the first column and the actions alone. Map: above the true map "
      "(unseen cells pale), then the map that the probe decodes from the "
      "belief as the episode goes on, below where the probe thinks it "
      "is.</p>\n";
  for (const ReportedRun& run : runs) {
    for (const std::string& path : run.pictures) {
      CREDO_ASSIGN_OR_RETURN(const std::string png, ReadFile(path));
      html += "<figure class=\"wide\"><figcaption>" +
              EscapeHtml(run.name + ": " + fs::path(path).stem().string()) +
              "</figcaption><img alt=\"" +
              EscapeHtml(fs::path(path).stem().string()) +
              "\" src=\"data:image/png;base64," + absl::Base64Escape(png) +
              "\"></figure>\n";
    }
  }
  return html;
}

std::string ConfigSection(const std::vector<ReportedRun>& runs) {
  std::string html = "<h2>Configurations</h2>\n";
  for (const ReportedRun& run : runs) {
    html += "<details><summary>" + EscapeHtml(run.name) + "</summary><pre>" +
            EscapeHtml(run.config) + "</pre></details>\n";
  }
  return html;
}

}  // namespace

Result<std::string> ReportHtml(const std::vector<std::string>& folders,
                               const std::string& note) {
  std::vector<ReportedRun> runs;
  const std::vector<std::string> names = RunNames(folders);
  for (size_t i = 0; i < folders.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(ReportedRun run,
                           ReadReportedRun(folders[i], names[i]));
    runs.push_back(std::move(run));
  }
  CREDO_ASSIGN_OR_RETURN(const std::string probes, ProbeSection(runs));
  CREDO_ASSIGN_OR_RETURN(const std::string pictures, PicturesSection(runs));
  const std::string all = note.empty() ? kNote : EscapeHtml(note) + " " + kNote;
  return PageHead("What beliefs know", all) + RunsSection(runs) +
         VariantsSection(runs) + probes + LossesSection(runs) +
         CurvesSection(runs) + pictures + ConfigSection(runs) + PageEnd();
}

}  // namespace credo
