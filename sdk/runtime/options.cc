#include "sdk/runtime/options.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sdk/base/number_text.h"

namespace credo::runtime {

struct Options::Json {
  nlohmann::json value;
};

namespace {

constexpr size_t kMaxList = 64;
// Deeper than any options: a part within a part within a group.
constexpr int kMaxDepth = 16;

// The tree of `text`, or a discarded value.
nlohmann::json ParseShallow(const std::string& text) {
  bool too_deep = false;
  nlohmann::json json = nlohmann::json::parse(
      text,
      [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        too_deep |= depth > kMaxDepth;
        return depth <= kMaxDepth;
      },
      /*allow_exceptions=*/false);
  return too_deep ? nlohmann::json(nlohmann::json::value_t::discarded) : json;
}

}  // namespace

Options::Options(std::unique_ptr<Json> json, std::string place)
    : json_(std::move(json)), place_(std::move(place)) {}
Options::~Options() = default;
Options::Options(Options&&) noexcept = default;
Options& Options::operator=(Options&&) noexcept = default;

Result<Options> Options::Parse(const std::string& json,
                               const std::string& place) {
  auto parsed = std::make_unique<Json>(Json{ParseShallow(json)});
  if (!parsed->value.is_object()) {
    return InvalidArgument(place + ": expected an object of options");
  }
  return Options(std::move(parsed), place);
}

Result<std::vector<Options>> Options::ParseList(const std::string& json,
                                                const std::string& place) {
  const nlohmann::json parsed = ParseShallow(json);
  if (!parsed.is_array() || parsed.size() > kMaxList) {
    return InvalidArgument(place + ": expected a list of options");
  }
  std::vector<Options> list;
  for (const nlohmann::json& entry : parsed) {
    const std::string entry_place =
        place + "[" + std::to_string(list.size()) + "]";
    if (!entry.is_object()) {
      return InvalidArgument(entry_place + ": expected an object of options");
    }
    list.push_back(
        Options(std::make_unique<Json>(Json{entry}), entry_place));
  }
  return list;
}

Status Options::Expected(const std::string& key,
                         const std::string& what) const {
  const auto found = json_->value.find(key);
  const std::string kind =
      found == json_->value.end() ? "none" : found->type_name();
  return InvalidArgument(place_ + ": " + key + ": expected " + what +
                         ", found " + kind);
}

Result<int64_t> Options::Int(const std::string& key, int64_t low,
                             int64_t high) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_number_integer()) {
    return Expected(key, "a whole number");
  }
  const auto value = found->get<int64_t>();
  if (value < low || value > high) {
    return InvalidArgument(place_ + ": " + key + ": expected " +
                           std::to_string(low) + " to " +
                           std::to_string(high) + ", found " +
                           std::to_string(value));
  }
  return value;
}

Result<double> Options::Real(const std::string& key) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_number()) {
    return Expected(key, "a number");
  }
  return found->get<double>();
}

Result<bool> Options::Bool(const std::string& key) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_boolean()) {
    return Expected(key, "true or false");
  }
  return found->get<bool>();
}

Result<std::string> Options::Text(const std::string& key) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_string()) {
    return Expected(key, "a text");
  }
  return found->get<std::string>();
}

Result<std::vector<int64_t>> Options::Ints(const std::string& key, int64_t low,
                                           int64_t high) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_array() ||
      found->size() > kMaxList) {
    return Expected(key, "a list of whole numbers");
  }
  std::vector<int64_t> values;
  for (const nlohmann::json& entry : *found) {
    if (!entry.is_number_integer() || entry.get<int64_t>() < low ||
        entry.get<int64_t>() > high) {
      return Expected(key, "whole numbers from " + std::to_string(low) +
                               " to " + std::to_string(high));
    }
    values.push_back(entry.get<int64_t>());
  }
  return values;
}

Result<std::vector<std::string>> Options::Texts(const std::string& key) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_array() ||
      found->size() > kMaxList) {
    return Expected(key, "a list of texts");
  }
  std::vector<std::string> values;
  for (const nlohmann::json& entry : *found) {
    if (!entry.is_string()) return Expected(key, "a list of texts");
    values.push_back(entry.get<std::string>());
  }
  return values;
}

Result<Options> Options::Group(const std::string& key) const {
  const auto found = json_->value.find(key);
  if (found == json_->value.end() || !found->is_object()) {
    return Expected(key, "an object of options");
  }
  return Options(std::make_unique<Json>(Json{*found}), place_ + ": " + key);
}

}  // namespace credo::runtime
