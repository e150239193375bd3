// A probe table as JSON and as text.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "agents/runs/probe_table.h"

namespace credo {
namespace {

nlohmann::ordered_json Number(double value) {
  if (std::isfinite(value)) return value;
  return nullptr;
}

std::string Cell(const Interval& interval) {
  if (!std::isfinite(interval.mean)) return "-";
  char text[64];
  std::snprintf(text, sizeof(text), "%.3f [%.3f, %.3f]", interval.mean,
                interval.low, interval.high);
  return text;
}

// Whether a part has a column: "all" mixes what can be known with what cannot.
bool IsShown(const HeadScore& head, const PartScore& part) {
  return head.parts.size() == 1 || part.part != "all";
}

// "map seen"; a target without masks is its name alone. Errors say that lower
// is better.
std::string Heading(const HeadScore& head, const PartScore& part) {
  std::string heading = head.target;
  if (head.parts.size() > 1) heading += " " + part.part;
  if (!head.is_accuracy) heading += " (error)";
  return heading;
}

// How the row's beliefs were read: "flat", or "query map" for the targets that
// were queried.
std::string Readers(const ProbeRow& row) {
  std::string queried;
  std::string reader;
  for (const HeadScore& head : row.scores) {
    if (reader.empty()) reader = head.reader;
    if (head.reader == "query") queried += " " + head.target;
  }
  return queried.empty() ? reader : "query" + queried;
}

}  // namespace

std::string ProbeTableToJson(const ProbeTable& table) {
  nlohmann::ordered_json json;
  json["episodes"] = table.options.episodes;
  json["seed"] = table.options.seed;
  json["probe_frames"] = table.probe_frames;
  json["rows"] = nlohmann::ordered_json::array();
  for (const ProbeRow& row : table.rows) {
    nlohmann::ordered_json scores;
    for (const HeadScore& head : row.scores) {
      nlohmann::ordered_json parts;
      for (const PartScore& part : head.parts) {
        nlohmann::ordered_json curve = nlohmann::ordered_json::array();
        for (const double value : part.curve) curve.push_back(Number(value));
        parts[part.part] = {{"mean", Number(part.late.mean)},
                            {"low", Number(part.late.low)},
                            {"high", Number(part.late.high)},
                            {"cells", part.cells},
                            {"curve", std::move(curve)}};
      }
      scores[head.target] = {{"accuracy", head.is_accuracy},
                             {"reader", head.reader},
                             {"parts", std::move(parts)}};
    }
    json["rows"].push_back({{"name", row.name},
                            {"control", row.control},
                            {"scores", std::move(scores)}});
  }
  return json.dump(1) + "\n";
}

std::string ProbeTableToText(const ProbeTable& table) {
  std::vector<std::vector<std::string>> lines;
  const bool readers = std::ranges::any_of(table.rows, [](const auto& row) {
    return Readers(row) != "" && Readers(row) != "flat";
  });
  for (const ProbeRow& row : table.rows) {
    if (lines.empty()) {
      lines.push_back({"belief of"});
      if (readers) lines[0].push_back("read");
      for (const HeadScore& head : row.scores) {
        for (const PartScore& part : head.parts) {
          if (IsShown(head, part)) lines[0].push_back(Heading(head, part));
        }
      }
    }
    lines.push_back({row.name});
    if (readers) lines.back().push_back(Readers(row));
    for (const HeadScore& head : row.scores) {
      for (const PartScore& part : head.parts) {
        if (IsShown(head, part)) lines.back().push_back(Cell(part.late));
      }
    }
  }
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()), 0);
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], line[i].size());
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string joined;
    for (size_t i = 0; i < line.size(); ++i) {
      joined += line[i] + std::string(widths[i] + 2 - line[i].size(), ' ');
    }
    joined.erase(joined.find_last_not_of(' ') + 1);
    text += joined + "\n";
  }
  return text;
}

}  // namespace credo
