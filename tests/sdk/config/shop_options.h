// Option structs with a field of every kind, for the tests of the YAML layer.
#ifndef CREDO_TESTS_SDK_CONFIG_SHOP_OPTIONS_H_
#define CREDO_TESTS_SDK_CONFIG_SHOP_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/model/options.h"
#include "sdk/config/yaml.h"

namespace credo {

struct PeelOptions : Options {
  double thickness = 0.1;
  void Visit(FieldVisitor& v) override {
    v.Real("thickness", thickness, {0, 1}, "of the peel, in cm");
  }
};

struct BareOptions : Options {
  void Visit(FieldVisitor&) override {}
};

inline PartCatalog Skins() {
  return {{"bare", "no skin", [] { return std::make_unique<BareOptions>(); }},
          {"peel", "a skin", [] { return std::make_unique<PeelOptions>(); }}};
}

struct AppleOptions : Options {
  int64_t seeds = 5;
  void Visit(FieldVisitor& v) override {
    v.Int("seeds", seeds, {0, 9}, "in the core");
  }
};

struct PearOptions : Options {
  PartCatalog skins = Skins();
  double ripe = 0.5;
  Selection skin = Select(skins, "bare");
  void Visit(FieldVisitor& v) override {
    v.Real("ripe", ripe, {}, "any number");
    v.Part("skin", skin, skins, "around it");
  }
};

inline PartCatalog Fruits() {
  return {
      {"apple", "crisp", [] { return std::make_unique<AppleOptions>(); }},
      {"pear", "soft", [] { return std::make_unique<PearOptions>(); }},
  };
}

struct BasketOptions : Options {
  std::string owner = "nobody";
  std::vector<int64_t> sizes = {1, 2};
  std::vector<std::string> labels;
  void Visit(FieldVisitor& v) override {
    v.Text("owner", owner, "who carries it");
    v.Ints("sizes", sizes, {1, 100}, "of its parts");
    v.Texts("labels", labels, "on it");
  }
  std::optional<OptionProblem> Check() const override {
    if (sizes.size() <= 3) return std::nullopt;
    return OptionProblem{"sizes", "expected at most 3, found " +
                                      std::to_string(sizes.size())};
  }
};

struct ShopOptions : Options {
  PartCatalog fruits = Fruits();
  bool open = true;
  int64_t count = 3;
  double price = 1.5;
  std::string name = "corner";
  std::string mood = "calm";
  BasketOptions basket;
  Selection best;                             // required
  Selection spare = Select(fruits, "apple");  // has a default
  std::vector<Selection> stock;
  void Visit(FieldVisitor& v) override {
    v.Bool("open", open, "whether one may come in");
    v.Int("count", count, {1, 9}, "of shelves");
    v.Real("price", price, {0, 100}, "of everything");
    v.Text("name", name, "above the door");
    v.Choice("mood", mood, {"calm", "busy"}, "of the keeper");
    v.Group("basket", basket, "to carry things in");
    v.Part("best", best, fruits, "what is in the window");
    v.Part("spare", spare, fruits, "what lies below the table");
    v.Parts("stock", stock, fruits, "what is for sale");
  }
  std::optional<OptionProblem> Check() const override {
    if (open || stock.empty()) return std::nullopt;
    return OptionProblem{"stock", "expected [] while closed, found " +
                                      std::to_string(stock.size())};
  }
};

// What reading `text` as "a.yaml" says; empty when it is accepted.
inline std::string Refusal(const std::string& text,
                           const std::vector<std::string>& overrides = {}) {
  ShopOptions shop;
  return ReadYaml(text, "a.yaml", overrides, shop).message();
}

}  // namespace credo

#endif  // CREDO_TESTS_SDK_CONFIG_SHOP_OPTIONS_H_
