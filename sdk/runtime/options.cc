#include "sdk/runtime/options.h"

#include <utility>

#include "sdk/base/model_limits.h"
#include "sdk/base/number_text.h"

namespace credo::runtime {
namespace {

using Kind = JsonTree::Kind;

}  // namespace

Options::Options(JsonTree json, std::string place, OptionsRead* read)
    : json_(std::move(json)), place_(std::move(place)), read_(read) {}

Result<Options> Options::Parse(const std::string& json,
                               const std::string& place, OptionsRead* read) {
  CREDO_ASSIGN_OR_RETURN(JsonTree parsed, ParseJson(json, place));
  if (parsed.kind != Kind::kObject) {
    return InvalidArgument(place + ": expected an object of options, found " +
                           parsed.KindName());
  }
  return Options(std::move(parsed), place, read);
}

Result<std::vector<Options>> Options::ParseList(const std::string& json,
                                                const std::string& place,
                                                OptionsRead* read) {
  CREDO_ASSIGN_OR_RETURN(JsonTree parsed, ParseJson(json, place));
  if (parsed.kind != Kind::kList) {
    return InvalidArgument(place + ": expected a list of options, found " +
                           parsed.KindName());
  }
  if (parsed.items.size() > kMaxListEntries) {
    return InvalidArgument(place + ": expected a list of at most " +
                           std::to_string(kMaxListEntries) +
                           " options, found " +
                           std::to_string(parsed.items.size()));
  }
  std::vector<Options> list;
  for (JsonTree& entry : parsed.items) {
    const std::string entry_place =
        place + "[" + std::to_string(list.size()) + "]";
    if (entry.kind != Kind::kObject) {
      return InvalidArgument(entry_place +
                             ": expected an object of options, found " +
                             entry.KindName());
    }
    list.push_back(Options(std::move(entry), entry_place, read));
  }
  return list;
}

Status Options::Expected(const std::string& key,
                         const std::string& what) const {
  const JsonTree* const found = json_.Find(key);
  return InvalidArgument(place_ + ": " + key + ": expected " + what +
                         ", found " +
                         (found == nullptr ? "none" : found->KindName()));
}

const JsonTree* Options::Find(const std::string& key, Kind kind) const {
  const JsonTree* const found = json_.Find(key);
  return found != nullptr && found->kind == kind ? found : nullptr;
}

void Options::Note(const std::string& key, const std::string& value) const {
  if (read_ != nullptr) (*read_)[place_ + ": " + key] = value;
}

Result<std::span<const JsonTree>> Options::Entries(
    const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kList);
  if (found == nullptr) return Expected(key, "a list");
  if (found->items.size() > kMaxListEntries) {
    return InvalidArgument(place_ + ": " + key + ": expected at most " +
                           std::to_string(kMaxListEntries) +
                           " entries, found " +
                           std::to_string(found->items.size()));
  }
  return std::span<const JsonTree>(found->items);
}

Result<int64_t> Options::Int(const std::string& key, int64_t low,
                             int64_t high) const {
  const JsonTree* const found = Find(key, Kind::kWhole);
  if (found == nullptr) return Expected(key, "a whole number");
  const int64_t value = found->whole;
  if (value < low || value > high) {
    return InvalidArgument(place_ + ": " + key + ": expected " +
                           std::to_string(low) + " to " +
                           std::to_string(high) + ", found " +
                           std::to_string(value));
  }
  Note(key, std::to_string(value));
  return value;
}

Result<double> Options::Real(const std::string& key, double low,
                             double high) const {
  const JsonTree* const found = json_.Find(key);
  if (found == nullptr || !found->is_number()) {
    return Expected(key, "a number");
  }
  const double value = found->real;
  if (!(value >= low && value <= high)) {
    return InvalidArgument(place_ + ": " + key + ": expected " +
                           NumberText(low) + " to " + NumberText(high) +
                           ", found " + NumberText(value));
  }
  Note(key, NumberText(value));
  return value;
}

Result<bool> Options::Bool(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kBoolean);
  if (found == nullptr) return Expected(key, "true or false");
  Note(key, found->boolean ? "true" : "false");
  return found->boolean;
}

Result<std::string> Options::Text(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kText);
  if (found == nullptr) return Expected(key, "a text");
  Note(key, "'" + found->text + "'");
  return found->text;
}

Result<std::vector<int64_t>> Options::Ints(const std::string& key, int64_t low,
                                           int64_t high) const {
  CREDO_ASSIGN_OR_RETURN(const std::span<const JsonTree> entries,
                         Entries(key));
  std::vector<int64_t> values;
  std::string all;
  for (const JsonTree& entry : entries) {
    const bool whole = entry.kind == Kind::kWhole;
    if (!whole || entry.whole < low || entry.whole > high) {
      return InvalidArgument(
          place_ + ": " + key + "[" + std::to_string(values.size()) +
          "]: expected a whole number from " + std::to_string(low) + " to " +
          std::to_string(high) + ", found " +
          (whole ? std::to_string(entry.whole) : entry.KindName()));
    }
    values.push_back(entry.whole);
    all += (all.empty() ? "" : ", ") + std::to_string(entry.whole);
  }
  Note(key, "[" + all + "]");
  return values;
}

Result<std::vector<std::string>> Options::Texts(const std::string& key) const {
  CREDO_ASSIGN_OR_RETURN(const std::span<const JsonTree> entries,
                         Entries(key));
  std::vector<std::string> values;
  std::string all;
  for (const JsonTree& entry : entries) {
    if (entry.kind != Kind::kText) {
      return InvalidArgument(place_ + ": " + key + "[" +
                             std::to_string(values.size()) +
                             "]: expected a text, found " + entry.KindName());
    }
    values.push_back(entry.text);
    all += (all.empty() ? "'" : ", '") + entry.text + "'";
  }
  Note(key, "[" + all + "]");
  return values;
}

Result<Options> Options::Group(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kObject);
  if (found == nullptr) return Expected(key, "an object of options");
  return Options(*found, place_ + ": " + key, read_);
}

}  // namespace credo::runtime
