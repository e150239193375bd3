#include "tools/sweep_plan.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sdk/base/file.h"
#include "sdk/config/node.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

Status Wrong(const Node& node, const std::string& key,
             const std::string& expected) {
  return InvalidArgument(node.place.Text() + ": " + key + ": expected " +
                         expected + ", found " + node.Describe());
}

Status CheckKeys(const Node& map, const std::vector<std::string>& known) {
  std::set<std::string> seen;
  for (const Node::Entry& entry : map.map) {
    if (std::ranges::find(known, entry.key) == known.end()) {
      return InvalidArgument(entry.place.Text() + ": unknown key '" +
                             entry.key + "'; did you mean '" +
                             NearestWord(entry.key, known) + "'?");
    }
    if (!seen.insert(entry.key).second) {
      return InvalidArgument(entry.place.Text() + ": '" + entry.key +
                             "' stands twice");
    }
  }
  return OkStatus();
}

Result<std::vector<std::string>> Settings(const Node& node,
                                          const std::string& key) {
  if (node.kind != Node::Kind::kList) return Wrong(node, key, "a list");
  std::vector<std::string> settings;
  for (const Node& item : node.list) {
    if (item.kind != Node::Kind::kScalar ||
        item.scalar.find('=') == std::string::npos) {
      return Wrong(item, key, "key=value");
    }
    settings.push_back(item.scalar);
  }
  return settings;
}

Result<int64_t> Whole(const Node& node, const std::string& key, int64_t low) {
  int64_t value = 0;
  const std::string& text = node.scalar;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (node.kind != Node::Kind::kScalar || node.quoted || error != std::errc() ||
      end != text.data() + text.size() || value < low) {
    return Wrong(node, key, "a whole number of at least " +
                                std::to_string(low));
  }
  return value;
}

bool IsFolderName(const std::string& name) {
  return !name.empty() && name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                              std::string::npos;
}

// Reads one sweep file, key by key.
class PlanReader {
 public:
  explicit PlanReader(const std::string& path)
      : folder_(std::filesystem::path(path).parent_path()) {}

  Result<SweepPlan> Read(const Node& root) {
    CREDO_RETURN_IF_ERROR(CheckKeys(
        root, {"config", "seeds", "settings", "probe", "variants"}));
    for (const Node::Entry& entry : root.map) {
      if (entry.key == "config") {
        CREDO_ASSIGN_OR_RETURN(config_, Config(entry.value));
      } else if (entry.key == "settings") {
        CREDO_ASSIGN_OR_RETURN(settings_, Settings(entry.value, entry.key));
      } else if (entry.key == "seeds") {
        CREDO_RETURN_IF_ERROR(Seeds(entry.value));
      } else if (entry.key == "probe") {
        CREDO_RETURN_IF_ERROR(Probe(entry.value));
      }
    }
    for (const Node::Entry& entry : root.map) {
      if (entry.key == "variants") {
        CREDO_RETURN_IF_ERROR(Variants(entry.value));
      }
    }
    if (plan_.variants.empty()) {
      return InvalidArgument(root.place.Text() +
                             ": variants: expected at least one");
    }
    if (plan_.seeds.empty()) {
      return InvalidArgument(root.place.Text() +
                             ": seeds: expected at least one");
    }
    return std::move(plan_);
  }

 private:
  Result<std::string> Config(const Node& node) const {
    if (node.kind != Node::Kind::kScalar || node.scalar.empty()) {
      return Wrong(node, "config", "a path");
    }
    return (folder_ / node.scalar).string();
  }

  Status Seeds(const Node& node) {
    if (node.kind != Node::Kind::kList) return Wrong(node, "seeds", "a list");
    for (const Node& item : node.list) {
      CREDO_ASSIGN_OR_RETURN(const int64_t seed, Whole(item, "seeds", 0));
      if (std::ranges::find(plan_.seeds, seed) != plan_.seeds.end()) {
        return Wrong(item, "seeds", "each one once");
      }
      plan_.seeds.push_back(seed);
    }
    return OkStatus();
  }

  Status Probe(const Node& node) {
    if (node.kind == Node::Kind::kScalar && node.scalar == "none") {
      plan_.probes = false;
      return OkStatus();
    }
    if (node.kind != Node::Kind::kMap) {
      return Wrong(node, "probe", "a map or none");
    }
    CREDO_RETURN_IF_ERROR(CheckKeys(node, {"episodes"}));
    for (const Node::Entry& entry : node.map) {
      CREDO_ASSIGN_OR_RETURN(plan_.episodes,
                             Whole(entry.value, "probe.episodes", 200));
    }
    return OkStatus();
  }

  Status Variants(const Node& node) {
    if (node.kind != Node::Kind::kMap) return Wrong(node, "variants", "a map");
    std::vector<std::string> names;
    for (const Node::Entry& entry : node.map) {
      if (!IsFolderName(entry.key)) {
        return InvalidArgument(
            entry.place.Text() +
            ": variants: expected a name of letters, digits, '_' and '-', "
            "found '" + entry.key + "'");
      }
      names.push_back(entry.key);
      SweepVariant variant{entry.key, config_, settings_};
      const Node* own = &entry.value;
      if (own->kind == Node::Kind::kMap) {
        CREDO_RETURN_IF_ERROR(CheckKeys(*own, {"config", "settings"}));
        own = nullptr;
        for (const Node::Entry& part : entry.value.map) {
          if (part.key == "settings") own = &part.value;
          if (part.key != "config") continue;
          CREDO_ASSIGN_OR_RETURN(variant.config, Config(part.value));
        }
      }
      if (own != nullptr) {
        CREDO_ASSIGN_OR_RETURN(const std::vector<std::string> settings,
                               Settings(*own, "variants." + entry.key));
        variant.settings.insert(variant.settings.end(), settings.begin(),
                                settings.end());
      }
      if (variant.config.empty()) {
        return InvalidArgument(entry.place.Text() + ": variants." + entry.key +
                               ": expected a config, here or above");
      }
      plan_.variants.push_back(std::move(variant));
    }
    return CheckKeys(node, names);  // none stands twice
  }

  const std::filesystem::path folder_;
  std::string config_;
  std::vector<std::string> settings_;
  SweepPlan plan_;
};

}  // namespace

std::string SweepPlan::ToJson() const {
  nlohmann::ordered_json json;
  for (const SweepVariant& variant : variants) {
    json["variants"].push_back(variant.name);
  }
  json["seeds"] = seeds;
  json["probes"] = probes;
  return json.dump() + "\n";
}

Result<SweepPlan> ReadSweepPlan(const std::string& path) {
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  CREDO_ASSIGN_OR_RETURN(const Node root, ParseDocument(text, path, {}));
  return PlanReader(path).Read(root);
}

}  // namespace credo
