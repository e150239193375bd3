#include "tools/variants_section.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/json_file.h"
#include "tools/line_chart.h"
#include "tools/page.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;

// A configuration as a run's folder keeps it, the seed apart.
struct Seeded {
  explicit Seeded(const std::string& config) {
    for (size_t begin = 0; begin < config.size();) {
      const size_t end = std::min(config.find('\n', begin), config.size() - 1);
      const std::string line = config.substr(begin, end + 1 - begin);
      if (line.starts_with("seed:")) {
        seed = std::strtoll(line.c_str() + 5, nullptr, 10);
      } else {
        rest += line;
      }
      begin = end + 1;
    }
  }

  bool IsVariantOf(const Seeded& other) const {
    return rest == other.rest && seed != other.seed;
  }

  int64_t seed = 0;
  std::string rest;
};

std::vector<std::string> PartsOf(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto& part : std::filesystem::path(path).lexically_normal()) {
    if (!part.empty()) parts.push_back(part.string());
  }
  return parts;
}

// What `a` and `b`, names of two seeds, share: of "runs/seed_1/slots" and
// "runs/seed_2/slots" "runs/slots", of "slots_1" and "slots_2" "slots".
std::string CommonName(const std::string& a, const std::string& b) {
  const std::vector<std::string> parts = PartsOf(a);
  const std::vector<std::string> others = PartsOf(b);
  if (parts.size() != others.size()) return a;
  std::string common;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string part = parts[i];
    if (part != others[i]) {
      if (parts.size() > 1) continue;
      part.resize(static_cast<size_t>(
          std::ranges::mismatch(part, others[i]).in1 - part.begin()));
      if (part.ends_with('_') || part.ends_with('-')) part.pop_back();
    }
    common += (common.empty() ? "" : "/") + part;
  }
  return common.empty() ? a : common;
}

// Whether one path ends as the other does.
bool IsSameRun(const std::string& a, const std::string& b) {
  const std::vector<std::string> parts = PartsOf(a);
  const std::vector<std::string> others = PartsOf(b);
  const size_t common = std::min(parts.size(), others.size());
  return std::equal(parts.end() - static_cast<ptrdiff_t>(common), parts.end(),
                    others.end() - static_cast<ptrdiff_t>(common));
}

// A number of each seed under its title, in the order of the titles.
class Columns {
 public:
  void Add(const std::string& title, size_t variant, double value) {
    if (std::isnan(value)) return;
    if (std::ranges::find(titles_, title) == titles_.end()) {
      titles_.push_back(title);
    }
    values_[{title, variant}].push_back(value);
  }

  const std::vector<std::string>& titles() const { return titles_; }

  // "0.912 ± 0.013", or a dash.
  std::string Cell(const std::string& title, size_t variant) const {
    const auto found = values_.find({title, variant});
    if (found == values_.end()) return "–";
    const std::vector<double>& values = found->second;
    double mean = 0;
    for (const double value : values) mean += value / values.size();
    if (values.size() < 2) return Fixed(mean, 3);
    double squares = 0;
    for (const double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Fixed(mean, 3) + " ± " +
           Fixed(std::sqrt(squares / (values.size() - 1)), 3);
  }

 private:
  std::vector<std::string> titles_;
  std::map<std::pair<std::string, size_t>, std::vector<double>> values_;
};

// The row of the table of probes that is this run's, or null: a name alone may
// be that of several.
const Json* RowOf(const ReportedRun& run, const Json& rows) {
  const Json* found = nullptr;
  for (const Json& row : rows) {
    const std::string control = row.value("control", "");
    if (!control.empty() && control != "oracle") continue;
    const std::string name = row.value("name", "");
    if (name == run.name || name == run.path) return &row;
    if (!IsSameRun(name, run.path)) continue;
    if (found != nullptr) return nullptr;
    found = &row;
  }
  return found;
}

// What the table of probes says of this run itself.
void AddProbes(const ReportedRun& run, size_t variant, Columns& columns) {
  const Json table = Json::parse(run.probe_text, nullptr, false);
  if (!table.is_object() || !table.contains("rows")) return;
  const Json* row = RowOf(run, table.at("rows"));
  if (row == nullptr) return;
  for (const auto& target : row->at("scores").items()) {
    const Json& parts = target.value().at("parts");
    for (const auto& part : parts.items()) {
      if (parts.size() > 1 && part.key() == "all") continue;
      columns.Add(
          target.key() + (parts.size() > 1 ? " " + part.key() : "") +
              (target.value().at("accuracy").get<bool>() ? "" : " (error)"),
          variant, NumberOf(part.value().at("mean")));
    }
  }
}

}  // namespace

std::string RunVariant::Title() const {
  if (runs.size() < 2) return name;
  return name + " (mean of " + std::to_string(runs.size()) + " seeds)";
}

std::vector<RunVariant> VariantsOf(const std::vector<ReportedRun>& runs) {
  std::vector<RunVariant> variants;
  for (const ReportedRun& run : runs) {
    const Seeded config(run.config);
    const auto known =
        std::ranges::find_if(variants, [&](const RunVariant& variant) {
          return std::ranges::all_of(
              variant.runs, [&](const ReportedRun* other) {
                return config.IsVariantOf(Seeded(other->config));
              });
        });
    if (known == variants.end()) {
      variants.push_back({run.name, {&run}});
      continue;
    }
    known->runs.push_back(&run);
    known->name = CommonName(known->name, run.name);
  }
  return variants;
}

std::string VariantsSection(const std::vector<ReportedRun>& runs) {
  const std::vector<RunVariant> variants = VariantsOf(runs);
  if (variants.size() == runs.size()) return "";
  Columns columns;
  for (size_t i = 0; i < variants.size(); ++i) {
    for (const ReportedRun* run : variants[i].runs) {
      columns.Add("return", i,
                  NumberOf(run->evaluation.is_object()
                               ? run->evaluation.value("return", Json())
                               : Json()));
      AddProbes(*run, i, columns);
    }
  }
  std::vector<std::string> heading = {"variant", "seeds"};
  for (const std::string& title : columns.titles()) {
    heading.push_back(EscapeHtml(title));
  }
  std::string rows;
  for (size_t i = 0; i < variants.size(); ++i) {
    std::vector<std::string> cells = {
        EscapeHtml(variants[i].name),
        std::to_string(variants[i].runs.size())};
    for (const std::string& title : columns.titles()) {
      cells.push_back(columns.Cell(title, i));
    }
    rows += Row(cells, "td");
  }
  return "<h2>Variants over seeds</h2>\n<p>Runs that differ in their seed "
         "alone: the mean over seeds ± the standard deviation between them; "
         "probes in the second half of held-out episodes.</p>\n<table>\n" +
         Row(heading, "th") + rows + "</table>\n";
}

}  // namespace credo
