#include "tools/report.h"

#include <absl/strings/escaping.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "agents/runs/loaded_run.h"
#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "tools/line_chart.h"
#include "tools/page.h"

namespace credo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kNote[] =
    "One training seed of each run is shown. Intervals are 95 % bootstrap "
    "intervals over held-out episodes: they tell how sure the measurement of "
    "this one agent is, not how much agents of other seeds differ.";

// What lies in a run's folder.
struct Run {
  std::string path;
  std::string name;
  std::string config;
  std::vector<Json> metrics;
  Json evaluation;  // null when there is none
  std::string probe_text;
  std::vector<std::string> pictures;  // paths, sorted
};

Result<Json> ParseFile(const std::string& path) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return DataLoss(path + ": expected a JSON object, found it damaged");
  }
  return json;
}

// The last line may be cut short: it is being written, or its writer was
// killed.
Result<std::vector<Json>> ReadLines(const std::string& path) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<Json> lines;
  size_t begin = 0;
  for (int number = 1;; ++number) {
    const size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    Json line = Json::parse(text.substr(begin, end - begin), nullptr, false);
    if (!line.is_object()) {
      return DataLoss(path + ":" + std::to_string(number) +
                      ": expected a JSON object, found it damaged");
    }
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

Result<Run> ReadRun(const std::string& path, const std::string& name) {
  const RunFolder folder(path);
  Run run;
  run.path = path;
  run.name = name;
  CREDO_ASSIGN_OR_RETURN(run.config, ReadFile(folder.config()));
  CREDO_ASSIGN_OR_RETURN(run.metrics, ReadLines(folder.metrics()));
  std::error_code error;
  if (fs::exists(folder.evaluation(), error)) {
    CREDO_ASSIGN_OR_RETURN(run.evaluation, ParseFile(folder.evaluation()));
  }
  if (fs::exists(folder.probe_table(), error)) {
    CREDO_ASSIGN_OR_RETURN(run.probe_text, ReadFile(folder.probe_table()));
  }
  for (const auto& entry : fs::directory_iterator(folder.pictures(), error)) {
    if (entry.path().extension() == ".png") {
      run.pictures.push_back(entry.path().string());
    }
  }
  std::sort(run.pictures.begin(), run.pictures.end());
  return run;
}

double NumberOf(const Json& value) {
  return value.is_number() ? value.get<double>()
                           : std::numeric_limits<double>::quiet_NaN();
}

std::string IntervalCell(const Json& part) {
  return Fixed(NumberOf(part.at("mean")), 3) + "<small>" +
         Fixed(NumberOf(part.at("low")), 3) + " – " +
         Fixed(NumberOf(part.at("high")), 3) + "</small>";
}

std::string RunsSection(const std::vector<Run>& runs) {
  std::string html = "<h2>Runs</h2>\n<table>\n" +
                     Row({"run", "frames", "frames/s", "return"}, "th");
  bool missing = false;
  for (const Run& run : runs) {
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
         " held-out episodes of the scripted policy.</p>\n<table>\n" +
         Row(heading, "th") + rows + "</table>\n";
}

Result<std::string> ProbeSection(const std::vector<Run>& runs) {
  std::string html = "<h2>What beliefs know</h2>\n";
  std::set<std::string> shown;
  for (const Run& run : runs) {
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
std::string LossesSection(const std::vector<Run>& runs) {
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
  for (const Run& run : runs) {
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

std::string CurvesSection(const std::vector<Run>& runs) {
  std::vector<Chart> charts;
  for (const Run& run : runs) {
    for (const Json& line : run.metrics) {
      for (const auto& metric : line.items()) {
        if (!IsCharted(metric.key())) continue;
        auto chart = std::find_if(
            charts.begin(), charts.end(),
            [&](const Chart& c) { return c.title == metric.key(); });
        if (chart == charts.end()) {
          charts.push_back({metric.key(), "environment frames", {}});
          chart = charts.end() - 1;
        }
        if (chart->lines.empty() || chart->lines.back().name != run.name) {
          chart->lines.push_back({run.name, {}});
        }
        chart->lines.back().points.emplace_back(
            NumberOf(line.value("frames", Json())), NumberOf(metric.value()));
      }
    }
  }
  std::string html = "<h2>Learning curves</h2>\n";
  for (const Chart& chart : charts) html += ChartToSvg(chart);
  return html;
}

Result<std::string> PicturesSection(const std::vector<Run>& runs) {
  std::string html =
      "<h2>What agents imagine and believe</h2>\n<p>Imagined: pairs of rows, "
      "above what was seen, below what the simulator expected from the belief "
      "at the first column and the actions alone. Map: above the true map "
      "(unseen cells pale), then the map that the probe decodes from the "
      "belief as the episode goes on, below where the probe thinks it "
      "is.</p>\n";
  for (const Run& run : runs) {
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

std::string ConfigSection(const std::vector<Run>& runs) {
  std::string html = "<h2>Configurations</h2>\n";
  for (const Run& run : runs) {
    html += "<details><summary>" + EscapeHtml(run.name) + "</summary><pre>" +
            EscapeHtml(run.config) + "</pre></details>\n";
  }
  return html;
}

}  // namespace

Result<std::string> ReportHtml(const std::vector<std::string>& folders) {
  std::vector<Run> runs;
  const std::vector<std::string> names = RunNames(folders);
  for (size_t i = 0; i < folders.size(); ++i) {
    CREDO_ASSIGN_OR_RETURN(Run run, ReadRun(folders[i], names[i]));
    runs.push_back(std::move(run));
  }
  CREDO_ASSIGN_OR_RETURN(const std::string probes, ProbeSection(runs));
  CREDO_ASSIGN_OR_RETURN(const std::string pictures, PicturesSection(runs));
  return PageHead("What beliefs know", kNote) + RunsSection(runs) + probes +
         LossesSection(runs) + CurvesSection(runs) + pictures +
         ConfigSection(runs) + PageEnd();
}

}  // namespace credo
