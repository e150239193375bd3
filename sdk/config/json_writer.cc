#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sdk/config/json.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;

Json ObjectOf(Options& options);

Json PartOf(Selection& part) {
  Json json = Json::object();
  json["kind"] = part.kind;
  if (part.options) json.update(ObjectOf(*part.options));
  return json;
}

Json ListOf(std::vector<Selection>& parts) {
  Json json = Json::array();
  for (Selection& part : parts) json.push_back(PartOf(part));
  return json;
}

class JsonWriter : public FieldVisitor {
 public:
  Json json = Json::object();

  void Bool(const char* key, bool& value, const Meaning&) override {
    json[key] = value;
  }
  void Int(const char* key, int64_t& value, IntRange, const Meaning&) override {
    json[key] = value;
  }
  void Real(const char* key, double& value, RealRange,
            const Meaning&) override {
    if (std::isfinite(value)) {
      json[key] = value;
    } else {
      json[key] = value > 0 ? "inf" : "-inf";
    }
  }
  void Text(const char* key, std::string& value, const Meaning&) override {
    json[key] = value;
  }
  void Choice(const char* key, std::string& value,
              const std::vector<std::string>&, const Meaning&) override {
    json[key] = value;
  }
  void Ints(const char* key, std::vector<int64_t>& value, IntRange,
            const Meaning&) override {
    json[key] = value;
  }
  void Texts(const char* key, std::vector<std::string>& value,
             const Meaning&) override {
    json[key] = value;
  }
  void Group(const char* key, Options& value, const Meaning&) override {
    json[key] = ObjectOf(value);
  }
  void Part(const char* key, Selection& value, const PartCatalog&,
            const Meaning&) override {
    json[key] = PartOf(value);
  }
  void Parts(const char* key, std::vector<Selection>& value,
             const PartCatalog&, const Meaning&) override {
    json[key] = ListOf(value);
  }
};

Json ObjectOf(Options& options) {
  JsonWriter writer;
  options.Visit(writer);
  return std::move(writer.json);
}

}  // namespace

std::string WriteJson(Options& options) { return ObjectOf(options).dump(); }

std::string WriteJson(std::vector<Selection>& parts) {
  return ListOf(parts).dump();
}

}  // namespace credo
