#include "sdk/runtime/options.h"

#include <utility>

#include "sdk/base/number_text.h"

namespace credo::runtime {
namespace {

using Kind = JsonTree::Kind;

constexpr size_t kMaxList = 64;

}  // namespace

Options::Options(JsonTree json, std::string place)
    : json_(std::move(json)), place_(std::move(place)) {}

Result<Options> Options::Parse(const std::string& json,
                               const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(JsonTree parsed, ParseJson(json, place));
  if (parsed.kind != Kind::kObject) {
    return InvalidArgument(place + ": expected an object of options, found " +
                           parsed.KindName());
  }
  return Options(std::move(parsed), place);
}

Result<std::vector<Options>> Options::ParseList(const std::string& json,
                                                const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(JsonTree parsed, ParseJson(json, place));
  if (parsed.kind != Kind::kList) {
    return InvalidArgument(place + ": expected a list of options, found " +
                           parsed.KindName());
  }
  if (parsed.items.size() > kMaxList) {
    return InvalidArgument(place + ": expected a list of at most " +
                           std::to_string(kMaxList) + " options, found " +
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
    list.push_back(Options(std::move(entry), entry_place));
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

const JsonTree* Options::FindList(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kList);
  return found != nullptr && found->items.size() <= kMaxList ? found : nullptr;
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
  return value;
}

Result<bool> Options::Bool(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kBoolean);
  if (found == nullptr) return Expected(key, "true or false");
  return found->boolean;
}

Result<std::string> Options::Text(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kText);
  if (found == nullptr) return Expected(key, "a text");
  return found->text;
}

Result<std::vector<int64_t>> Options::Ints(const std::string& key, int64_t low,
                                           int64_t high) const {
  const JsonTree* const found = FindList(key);
  if (found == nullptr) return Expected(key, "a list of whole numbers");
  std::vector<int64_t> values;
  for (const JsonTree& entry : found->items) {
    if (entry.kind != Kind::kWhole || entry.whole < low ||
        entry.whole > high) {
      return Expected(key, "whole numbers from " + std::to_string(low) +
                               " to " + std::to_string(high));
    }
    values.push_back(entry.whole);
  }
  return values;
}

Result<std::vector<std::string>> Options::Texts(const std::string& key) const {
  const JsonTree* const found = FindList(key);
  if (found == nullptr) return Expected(key, "a list of texts");
  std::vector<std::string> values;
  for (const JsonTree& entry : found->items) {
    if (entry.kind != Kind::kText) return Expected(key, "a list of texts");
    values.push_back(entry.text);
  }
  return values;
}

Result<Options> Options::Group(const std::string& key) const {
  const JsonTree* const found = Find(key, Kind::kObject);
  if (found == nullptr) return Expected(key, "an object of options");
  return Options(*found, place_ + ": " + key);
}

}  // namespace credo::runtime
