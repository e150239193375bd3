#include "tools/sweep_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "agents/runs/run_folder.h"
#include "sdk/base/file.h"
#include "sdk/base/number_text.h"
#include "tools/json_file.h"
#include "tools/line_chart.h"
#include "tools/page.h"
#include "tools/sweep_runner.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;
using ScoreKey = std::pair<std::string, std::string>;

constexpr int64_t kCurvePoints = 60;  // of a line

double NumberOf(const Json& json, const char* key) {
  const auto at = json.find(key);
  return credo::NumberOf(at != json.end() ? *at : Json());
}

SweepRow& RowOf(SweepTable& table, const std::string& name,
                const std::string& control) {
  for (SweepRow& row : table.rows) {
    if (row.name == name && row.control == control) return row;
  }
  return table.rows.emplace_back(SweepRow{name, control, {}});
}

Status ReadProbes(const std::string& path, int64_t seed, SweepTable& table) {
  CREDO_ASSIGN_OR_RETURN(const Json json, ReadJsonObject(path));
  try {
    for (const Json& found : json.at("rows")) {
      SweepRow& row =
          RowOf(table, found.at("name"), found.at("control"));
      for (const auto& [target, score] : found.at("scores").items()) {
        for (const auto& [part, late] : score.at("parts").items()) {
          row.scores[{target, part}].push_back(
              {seed, score.value("reader", ""),
               {NumberOf(late, "mean"), NumberOf(late, "low"),
                NumberOf(late, "high")}});
        }
      }
    }
  } catch (const Json::exception& error) {
    return DataLoss(path + ": expected a table of probes, found it damaged: " +
                    error.what());
  }
  return OkStatus();
}

// Lines that are cut short are left out: the run may be going on.
std::vector<CurvePoint> ReadCurve(const std::string& path, int64_t seed) {
  std::vector<CurvePoint> points;
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return points;
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = std::min(text->find('\n', begin), text->size());
    const Json line =
        Json::parse(text->substr(begin, end - begin), nullptr, false);
    begin = end + 1;
    if (!line.is_object()) continue;
    CurvePoint point;
    point.seed = seed;
    for (const auto& [key, value] : line.items()) {
      if (!value.is_number()) continue;
      if (key == "update") {
        point.update = value;
      } else if (key == "frames") {
        point.frames = value;
      } else if (key == "time.seconds") {
        point.seconds = value;
      } else {
        point.metrics[key] = value;
      }
    }
    points.push_back(std::move(point));
  }
  return points;
}

// Of a target with masks "all" says less than its parts.
std::vector<ScoreKey> Columns(const SweepTable& table) {
  std::vector<ScoreKey> columns;
  std::set<std::string> with_parts;
  for (const SweepRow& row : table.rows) {
    for (const auto& [key, scores] : row.scores) {
      if (std::ranges::find(columns, key) == columns.end()) {
        columns.push_back(key);
      }
      if (key.second != "all") with_parts.insert(key.first);
    }
  }
  std::erase_if(columns, [&](const ScoreKey& key) {
    return key.second == "all" && with_parts.contains(key.first);
  });
  return columns;
}

std::string Heading(const ScoreKey& key) {
  return key.second == "all" ? key.first : key.first + " " + key.second;
}

std::string RowName(const SweepRow& row) {
  return row.control.empty() || row.control == "oracle" ||
                 row.name.starts_with(row.control.substr(0, 7))
             ? row.name
             : row.name + " (" + row.control + ")";
}

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string CsvNumber(double value) {
  return std::isnan(value) ? "" : NumberText(value);
}

// The mean over seeds and over neighbours among the logged updates, along
// `along`: a batch says little.
ChartLine MeanCurve(const std::string& name,
                    const std::vector<CurvePoint>& points,
                    const std::string& metric,
                    double (*along)(const CurvePoint&)) {
  struct Sum {
    double x = 0, y = 0;
    int count = 0;
  };
  int64_t last = 0;
  for (const CurvePoint& point : points) last = std::max(last, point.update);
  std::map<int64_t, Sum> sums;
  for (const CurvePoint& point : points) {
    const auto value = point.metrics.find(metric);
    if (value == point.metrics.end()) continue;
    Sum& sum = sums[point.update * kCurvePoints / (last + 1)];
    sum.x += along(point);
    sum.y += value->second;
    ++sum.count;
  }
  ChartLine line{name, {}};
  for (const auto& [place, sum] : sums) {
    line.points.push_back({sum.x / sum.count, sum.y / sum.count});
  }
  return line;
}

// Metrics that tell how learning goes.
bool IsShown(const std::string& metric) {
  return metric == "loss.probes" || metric == "loss.oracle" ||
         metric == "eval.return" || metric.ends_with(".gap") ||
         metric.ends_with("simcore.kl") || metric.ends_with(".constraint") ||
         metric.ends_with(".accuracy");
}

}  // namespace

std::vector<Chart> SweepCharts(const SweepTable& table) {
  std::set<std::string> metrics;
  for (const auto& [variant, points] : table.curves) {
    for (const CurvePoint& point : points) {
      for (const auto& [metric, value] : point.metrics) {
        if (IsShown(metric)) metrics.insert(metric);
      }
    }
  }
  struct Axis {
    const char* name;
    double (*of)(const CurvePoint&);
  };
  const Axis axes[] = {
      {"frames",
       [](const CurvePoint& p) { return static_cast<double>(p.frames); }},
      {"updates",
       [](const CurvePoint& p) { return static_cast<double>(p.update); }},
      {"seconds of training", [](const CurvePoint& p) { return p.seconds; }}};
  std::vector<Chart> charts;
  for (const std::string& metric : metrics) {
    for (const Axis& axis : axes) {
      Chart chart{metric, axis.name, {}};
      for (const std::string& variant : table.variants) {
        const auto points = table.curves.find(variant);
        if (points == table.curves.end()) continue;
        chart.lines.push_back(
            MeanCurve(variant, points->second, metric, axis.of));
      }
      charts.push_back(std::move(chart));
    }
  }
  return charts;
}

Interval OverSeeds(const std::vector<SeedScore>& scores) {
  std::vector<double> means;
  for (const SeedScore& score : scores) {
    if (!std::isnan(score.episodes.mean)) means.push_back(score.episodes.mean);
  }
  if (means.empty()) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  return BootstrapMean(means, /*seed=*/1);
}

Result<SweepTable> ReadSweepTable(const SweepFolder& folder) {
  CREDO_ASSIGN_OR_RETURN(const Json plan, ReadJsonObject(folder.plan()));
  SweepTable table;
  bool probes = true;
  try {
    table.variants = plan.at("variants").get<std::vector<std::string>>();
    table.seeds = plan.at("seeds").get<std::vector<int64_t>>();
    probes = plan.at("probes").get<bool>();
  } catch (const Json::exception& error) {
    return DataLoss(folder.plan() + ": expected the names of a sweep, found " +
                    error.what());
  }
  // Before the controls, in the sweep's order.
  for (const std::string& variant : table.variants) RowOf(table, variant, "");
  for (const int64_t seed : table.seeds) {
    for (const std::string& variant : table.variants) {
      const RunState state = LookAtRun(folder, variant, seed);
      if (state.stage != RunState::Stage::kDone) {
        table.missing.push_back(
            "seed_" + std::to_string(seed) + "/" + variant + ": " +
            (state.failure.empty() ? "not done" : state.failure));
      }
      const std::vector<CurvePoint> curve =
          ReadCurve(RunFolder(folder.run(variant, seed)).metrics(), seed);
      auto& points = table.curves[variant];
      points.insert(points.end(), curve.begin(), curve.end());
    }
    if (!probes) continue;
    const Status read = ReadProbes(folder.probes(seed), seed, table);
    if (read.code() == StatusCode::kNotFound) {
      table.missing.push_back("seed_" + std::to_string(seed) +
                              "/probes: not done");
    } else {
      CREDO_RETURN_IF_ERROR(read);
    }
  }
  std::erase_if(table.rows,
                [](const SweepRow& row) { return row.scores.empty(); });
  return table;
}

std::string SweepTableToText(const SweepTable& table) {
  const std::vector<ScoreKey> columns = Columns(table);
  std::vector<std::vector<std::string>> cells = {{"belief of", "seeds"}};
  for (const ScoreKey& key : columns) cells[0].push_back(Heading(key));
  for (const SweepRow& row : table.rows) {
    std::vector<std::string> line = {RowName(row), ""};
    for (const ScoreKey& key : columns) {
      const auto scores = row.scores.find(key);
      if (scores == row.scores.end()) {
        line.push_back("");
        continue;
      }
      line[1] = std::to_string(scores->second.size());
      const Interval mean = OverSeeds(scores->second);
      line.push_back(Fixed(mean.mean, 3) + " [" + Fixed(mean.low, 3) + ", " +
                     Fixed(mean.high, 3) + "]");
    }
    cells.push_back(std::move(line));
  }
  std::vector<size_t> widths(columns.size() + 2);
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  for (const auto& line : cells) {
    std::string out;
    for (size_t i = 0; i < line.size(); ++i) {
      out += line[i] + std::string(widths[i] + 2 - line[i].size(), ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  for (const std::string& missing : table.missing) {
    text += "missing: " + missing + "\n";
  }
  return text;
}

std::string SweepTableToCsv(const SweepTable& table) {
  std::string csv = "row,control,target,part,seed,reader,mean,low,high\n";
  for (const SweepRow& row : table.rows) {
    for (const auto& [key, scores] : row.scores) {
      const auto line = [&](const std::string& seed, const std::string& reader,
                            const Interval& interval) {
        csv += Quoted(row.name) + "," + row.control + "," + Quoted(key.first) +
               "," + key.second + "," + seed + "," + reader + "," +
               CsvNumber(interval.mean) + "," + CsvNumber(interval.low) + "," +
               CsvNumber(interval.high) + "\n";
      };
      for (const SeedScore& score : scores) {
        line(std::to_string(score.seed), score.reader, score.episodes);
      }
      line("all", "", OverSeeds(scores));
    }
  }
  return csv;
}

std::string SweepCurvesToCsv(const SweepTable& table) {
  std::string csv = "variant,seed,update,frames,seconds,metric,value\n";
  for (const std::string& variant : table.variants) {
    const auto points = table.curves.find(variant);
    if (points == table.curves.end()) continue;
    for (const CurvePoint& point : points->second) {
      for (const auto& [metric, value] : point.metrics) {
        csv += variant + "," + std::to_string(point.seed) + "," +
               std::to_string(point.update) + "," +
               std::to_string(point.frames) + "," + CsvNumber(point.seconds) +
               "," + metric + "," + CsvNumber(value) + "\n";
      }
    }
  }
  return csv;
}

std::string SweepTableToHtml(const SweepTable& table,
                             const std::string& title) {
  std::string html = PageHead(
      EscapeHtml(title),
      "Means over the seeds of training, below them the 95 % bootstrap "
      "intervals over seeds. Scores are of the second half of held-out "
      "episodes; probes were trained from scratch on frozen agents.");
  const std::vector<ScoreKey> columns = Columns(table);
  std::vector<std::string> head = {"belief of", "seeds"};
  for (const ScoreKey& key : columns) head.push_back(EscapeHtml(Heading(key)));
  html += "<h2>What beliefs know</h2>\n<table>\n" + Row(head, "th");
  for (const SweepRow& row : table.rows) {
    std::vector<std::string> cells = {EscapeHtml(RowName(row)), ""};
    for (const ScoreKey& key : columns) {
      const auto scores = row.scores.find(key);
      if (scores == row.scores.end()) {
        cells.push_back("–");
        continue;
      }
      cells[1] = std::to_string(scores->second.size());
      const Interval mean = OverSeeds(scores->second);
      cells.push_back(Fixed(mean.mean, 3) + "<small>" + Fixed(mean.low, 3) +
                      " – " + Fixed(mean.high, 3) + "</small>");
    }
    html += Row(cells, "td");
  }
  html += "</table>\n";
  for (const std::string& missing : table.missing) {
    html += "<p>Missing: " + EscapeHtml(missing) + "</p>\n";
  }
  html += "<h2>While they learned</h2>\n";
  for (const Chart& chart : SweepCharts(table)) html += ChartToSvg(chart);
  return html + PageEnd();
}

}  // namespace credo
