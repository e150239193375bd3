#include "sdk/base/spec_json.h"

#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sdk/base/json_tree.h"
#include "sdk/base/number_text.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;

const char* KindName(ObservationKind kind) {
  switch (kind) {
    case ObservationKind::kPicture: return "picture";
    case ObservationKind::kTiles: return "tiles";
    case ObservationKind::kVector: return "vector";
  }
  return "";
}

const char* KindName(ActionField::Kind kind) {
  return kind == ActionField::Kind::kDiscrete ? "discrete" : "continuous";
}

// --- Writing ---

// JSON has no infinity.
Json BoundToJson(double bound) {
  if (bound == std::numeric_limits<double>::infinity()) return "inf";
  if (bound == -std::numeric_limits<double>::infinity()) return "-inf";
  return bound;
}

Json ObservationToJson(const ObservationSpec& spec) {
  Json json;
  json["name"] = spec.name;
  json["kind"] = KindName(spec.kind);
  json["shape"] = spec.shape;
  json["low"] = BoundToJson(spec.low);
  json["high"] = BoundToJson(spec.high);
  json["privileged"] = spec.privileged;
  return json;
}

Json FieldToJson(const ActionField& field) {
  Json json;
  json["name"] = field.name;
  json["kind"] = KindName(field.kind);
  if (field.kind == ActionField::Kind::kDiscrete) {
    json["choices"] = field.choices;
  } else {
    json["dimensions"] = field.dimensions;
    json["low"] = field.low;
    json["high"] = field.high;
  }
  return json;
}

// --- Reading ---

Status Expected(const std::string& what, const JsonTree& found) {
  // Only the type is told: a text may be long.
  return InvalidArgument("expected " + what + ", found " + found.KindName());
}

Status Read(const JsonTree& json, std::string& value) {
  if (json.kind != JsonTree::Kind::kText) return Expected("a text", json);
  value = json.text;
  return OkStatus();
}

Status Read(const JsonTree& json, bool& value) {
  if (json.kind != JsonTree::Kind::kBoolean) {
    return Expected("true or false", json);
  }
  value = json.boolean;
  return OkStatus();
}

Status Read(const JsonTree& json, int64_t& value) {
  if (json.kind != JsonTree::Kind::kWhole) {
    return Expected("a whole number", json);
  }
  value = json.whole;
  return OkStatus();
}

Status Read(const JsonTree& json, double& value) {
  if (json.text == "inf" || json.text == "-inf") {
    const double infinity = std::numeric_limits<double>::infinity();
    value = json.text == "inf" ? infinity : -infinity;
    return OkStatus();
  }
  if (!json.is_number()) return Expected("a number, 'inf' or '-inf'", json);
  value = json.real;
  return OkStatus();
}

Status Read(const JsonTree& json, std::vector<int64_t>& values) {
  if (json.kind != JsonTree::Kind::kList) {
    return Expected("a list of whole numbers", json);
  }
  for (const JsonTree& item : json.items) {
    CREDO_RETURN_IF_ERROR(Read(item, values.emplace_back()));
  }
  return OkStatus();
}

Status Read(const JsonTree& json, ObservationKind& kind) {
  for (const ObservationKind candidate :
       {ObservationKind::kPicture, ObservationKind::kTiles,
        ObservationKind::kVector}) {
    kind = candidate;
    if (json.text == KindName(candidate)) return OkStatus();
  }
  return Expected("picture, tiles or vector", json);
}

Status Read(const JsonTree& json, ActionField::Kind& kind) {
  for (const ActionField::Kind candidate :
       {ActionField::Kind::kDiscrete, ActionField::Kind::kContinuous}) {
    kind = candidate;
    if (json.text == KindName(candidate)) return OkStatus();
  }
  return Expected("discrete or continuous", json);
}

Status Read(const JsonTree& json, ActionSpec& spec);

// The entry `key` of an object.
template <typename T>
Status ReadKey(const JsonTree& json, const char* key, T& value) {
  const JsonTree* const entry = json.Find(key);
  if (entry == nullptr) {
    return InvalidArgument(std::string(key) + ": expected it, found none");
  }
  return Read(*entry, value).At(key);
}

// That `json` is an object of these keys and no others.
Status CheckKeys(const JsonTree& json,
                 std::initializer_list<const char*> keys) {
  if (json.kind != JsonTree::Kind::kObject) {
    return Expected("an object", json);
  }
  for (const std::string& found : json.keys) {
    bool known = false;
    for (const char* const key : keys) known = known || found == key;
    if (!known) return InvalidArgument(found + ": unknown key");
  }
  return OkStatus();
}

Status Read(const JsonTree& json, ObservationSpec& spec) {
  CREDO_RETURN_IF_ERROR(CheckKeys(
      json, {"name", "kind", "shape", "low", "high", "privileged"}));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "name", spec.name));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "kind", spec.kind));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "shape", spec.shape));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "low", spec.low));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "high", spec.high));
  return ReadKey(json, "privileged", spec.privileged);
}

Status Read(const JsonTree& json, ActionField& field) {
  if (json.kind != JsonTree::Kind::kObject) {
    return Expected("an object", json);
  }
  CREDO_RETURN_IF_ERROR(ReadKey(json, "name", field.name));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "kind", field.kind));
  if (field.kind == ActionField::Kind::kDiscrete) {
    CREDO_RETURN_IF_ERROR(CheckKeys(json, {"name", "kind", "choices"}));
    return ReadKey(json, "choices", field.choices);
  }
  CREDO_RETURN_IF_ERROR(
      CheckKeys(json, {"name", "kind", "dimensions", "low", "high"}));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "dimensions", field.dimensions));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "low", field.low));
  return ReadKey(json, "high", field.high);
}

template <typename T>
Status ReadList(const JsonTree& json, const char* key, std::vector<T>& values) {
  const JsonTree* const entry = json.Find(key);
  if (entry == nullptr || entry->kind != JsonTree::Kind::kList) {
    return InvalidArgument(std::string(key) + ": expected a list");
  }
  for (const JsonTree& item : entry->items) {
    const std::string place =
        std::string(key) + "[" + std::to_string(values.size()) + "]";
    const Status status = Read(item, values.emplace_back());
    if (!status.ok()) return status.At(place);
  }
  return OkStatus();
}

Status Read(const JsonTree& json, ActionSpec& spec) {
  CREDO_RETURN_IF_ERROR(CheckKeys(json, {"has_mask", "fields"}));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "has_mask", spec.has_mask));
  return ReadList(json, "fields", spec.fields);
}

Status Read(const JsonTree& json, EnvironmentSpec& spec) {
  CREDO_RETURN_IF_ERROR(CheckKeys(
      json, {"name", "seconds_per_step", "observations", "action"}));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "name", spec.name));
  CREDO_RETURN_IF_ERROR(
      ReadKey(json, "seconds_per_step", spec.seconds_per_step));
  CREDO_RETURN_IF_ERROR(ReadList(json, "observations", spec.observations));
  CREDO_RETURN_IF_ERROR(ReadKey(json, "action", spec.action));
  return CheckSpec(spec);
}

// --- Comparing ---

std::string Text(const std::string& value) { return "'" + value + "'"; }
std::string Text(ObservationKind value) { return KindName(value); }
std::string Text(ActionField::Kind value) { return KindName(value); }
std::string Text(double value) { return NumberText(value); }
std::string Text(int64_t value) { return std::to_string(value); }
std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(const Shape& value) { return ShapeText(value); }

template <typename T>
Status Compare(const char* what, const T& expected, const T& found) {
  if (expected == found) return OkStatus();
  return InvalidArgument(std::string(what) + ": expected " + Text(expected) +
                         ", found " + Text(found));
}

Status CompareParts(const ObservationSpec& expected,
                    const ObservationSpec& found) {
  CREDO_RETURN_IF_ERROR(Compare("kind", expected.kind, found.kind));
  CREDO_RETURN_IF_ERROR(Compare("shape", expected.shape, found.shape));
  CREDO_RETURN_IF_ERROR(Compare("low", expected.low, found.low));
  CREDO_RETURN_IF_ERROR(Compare("high", expected.high, found.high));
  return Compare("privileged", expected.privileged, found.privileged);
}

Status CompareParts(const ActionField& expected, const ActionField& found) {
  CREDO_RETURN_IF_ERROR(Compare("kind", expected.kind, found.kind));
  CREDO_RETURN_IF_ERROR(Compare("choices", expected.choices, found.choices));
  CREDO_RETURN_IF_ERROR(
      Compare("dimensions", expected.dimensions, found.dimensions));
  CREDO_RETURN_IF_ERROR(Compare("low", expected.low, found.low));
  return Compare("high", expected.high, found.high);
}

template <typename T>
int64_t IndexByName(const std::vector<T>& list, const std::string& name) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].name == name) return static_cast<int64_t>(i);
  }
  return -1;
}

// Observations or fields: names and order count. `what` is one of them.
template <typename T>
Status CompareLists(const std::string& what, const std::vector<T>& expected,
                    const std::vector<T>& found) {
  for (const T& part : expected) {
    const std::string place = what + " '" + part.name + "'";
    const int64_t index = IndexByName(found, part.name);
    if (index < 0) {
      return InvalidArgument(place + ": expected it, found none");
    }
    CREDO_RETURN_IF_ERROR(CompareParts(part, found[index]).At(place));
  }
  for (size_t i = 0; i < found.size(); ++i) {
    const std::string place = what + " '" + found[i].name + "'";
    const int64_t index = IndexByName(expected, found[i].name);
    if (index < 0) {
      return InvalidArgument(place + ": expected none, found it");
    }
    CREDO_RETURN_IF_ERROR(
        Compare("place in the list", index, static_cast<int64_t>(i)).At(place));
  }
  return OkStatus();
}

}  // namespace

std::string SpecToJson(const EnvironmentSpec& spec) {
  const Status status = CheckSpec(spec);
  if (!status.ok()) throw std::invalid_argument(status.message());
  Json json;
  json["name"] = spec.name;
  json["seconds_per_step"] = spec.seconds_per_step;
  json["observations"] = Json::array();
  for (const ObservationSpec& observation : spec.observations) {
    json["observations"].push_back(ObservationToJson(observation));
  }
  json["action"]["has_mask"] = spec.action.has_mask;
  json["action"]["fields"] = Json::array();
  for (const ActionField& field : spec.action.fields) {
    json["action"]["fields"].push_back(FieldToJson(field));
  }
  return json.dump();
}

Result<EnvironmentSpec> SpecFromJson(const std::string& json,
                                     const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(const JsonTree parsed, ParseJson(json, place));
  EnvironmentSpec spec;
  const Status status = Read(parsed, spec);
  if (!status.ok()) return status.At(place);
  return spec;
}

Status CompareSpecs(const EnvironmentSpec& expected,
                    const EnvironmentSpec& found) {
  CREDO_RETURN_IF_ERROR(
      CompareLists("observation", expected.observations, found.observations));
  CREDO_RETURN_IF_ERROR(
      CompareLists("action", expected.action.fields, found.action.fields));
  CREDO_RETURN_IF_ERROR(Compare("action: mask", expected.action.has_mask,
                                found.action.has_mask));
  CREDO_RETURN_IF_ERROR(Compare("seconds_per_step", expected.seconds_per_step,
                                found.seconds_per_step));
  return Compare("environment: name", expected.name, found.name);
}

}  // namespace credo
