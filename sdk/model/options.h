// Option structs: each lists its fields once, and reading, writing, help,
// comparison and checks all visit that list.
//
//   struct LstmOptions : Options {
//     int64_t size = 128;
//     Selection memory;
//     void Visit(FieldVisitor& v) override {
//       v.Int("size", size, {1, 4096}, "units of the LSTM");
//       v.Part("memory", memory, memories, "memory beside the LSTM");
//     }
//   };
#ifndef CREDO_SDK_MODEL_OPTIONS_H_
#define CREDO_SDK_MODEL_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace credo {

class FieldVisitor;

// A value that no single field shows to be wrong: which key to point at, and
// what is wrong with it.
struct OptionProblem {
  std::string key;
  std::string message;  // "expected at most unroll (32), found 40"
};

class Options {
 public:
  virtual ~Options() = default;
  // Calls one method of `v` for each field, always in the same order.
  virtual void Visit(FieldVisitor& v) = 0;
  // Rules between fields. Called after every field was read and is in range.
  virtual std::optional<OptionProblem> Check() const { return std::nullopt; }
};

// A part that YAML may name: {kind: name, <its options>}.
struct PartInfo {
  std::string name;
  std::string summary;  // one line
  std::function<std::unique_ptr<Options>()> defaults;
};

// The part whose options are of this type.
template <typename PartOptions>
PartInfo InfoOf(std::string name, std::string summary) {
  return {std::move(name), std::move(summary),
          [] { return std::make_unique<PartOptions>(); }};
}

// Parts that a key may choose from, in the order in which help prints them.
using PartCatalog = std::vector<PartInfo>;

// The chosen part of a key and its options. Empty kind: nothing chosen (yet).
struct Selection {
  std::string kind;
  std::unique_ptr<Options> options;
};

struct IntRange {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
};

struct RealRange {  // inclusive; never NaN
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

// What a field means, in one line for the generated reference, with the unit if
// any; and who needs it once the agent is trained.
struct Meaning {
  // Implicit, as most fields are of this kind: what a trained model computes
  // depends on it, so model files must have it.
  Meaning(const char* text) : text(text) {}  // NOLINT

  const char* text;
  bool learning_only = false;  // shapes training alone; a runtime skips it
  bool optional = false;       // older model files lack it and mean the default
};

// Shapes how the agent learns, and nothing that it computes afterwards.
inline Meaning ForLearning(const char* text) {
  Meaning meaning(text);
  meaning.learning_only = true;
  return meaning;
}

// Newer than version 1 of the model file: a file without it means the default.
inline Meaning Later(const char* text) {
  Meaning meaning(text);
  meaning.optional = true;
  return meaning;
}

// What the field holds when Visit is called on a new struct is its default.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void Bool(const char* key, bool& value, const Meaning& meaning) = 0;
  virtual void Int(const char* key, int64_t& value, IntRange range,
                   const Meaning& meaning) = 0;
  virtual void Real(const char* key, double& value, RealRange range,
                    const Meaning& meaning) = 0;
  virtual void Text(const char* key, std::string& value,
                    const Meaning& meaning) = 0;
  // One of a few words.
  virtual void Choice(const char* key, std::string& value,
                      const std::vector<std::string>& allowed,
                      const Meaning& meaning) = 0;
  // A list of integers, each in `range`.
  virtual void Ints(const char* key, std::vector<int64_t>& value,
                    IntRange range, const Meaning& meaning) = 0;
  virtual void Texts(const char* key, std::vector<std::string>& value,
                     const Meaning& meaning) = 0;
  // Options of their own below this key.
  virtual void Group(const char* key, Options& value,
                     const Meaning& meaning) = 0;
  // One part out of a catalog. A selection that is empty beforehand is required
  // in the file.
  virtual void Part(const char* key, Selection& value,
                    const PartCatalog& catalog, const Meaning& meaning) = 0;
  // Any number of parts, [] included.
  virtual void Parts(const char* key, std::vector<Selection>& value,
                     const PartCatalog& catalog, const Meaning& meaning) = 0;
};

// A part of a list: PartInfo info and what makes it.
//
// What config and help need of such a list.
template <typename Part>
PartCatalog Catalog(const std::vector<Part>& parts) {
  PartCatalog catalog;
  for (const Part& part : parts) catalog.push_back(part.info);
  return catalog;
}

// The part of this name, or null.
template <typename Part>
const Part* FindPart(const std::vector<Part>& parts, const std::string& name) {
  for (const Part& part : parts) {
    if (part.info.name == name) return &part;
  }
  return nullptr;
}

// The options of a part as its own struct. REQUIRES: they are of that type.
template <typename PartOptions>
const PartOptions& As(const Options& options) {
  return dynamic_cast<const PartOptions&>(options);
}

// A selection of `kind` with its default options. REQUIRES: it is listed.
Selection Select(const PartCatalog& catalog, const std::string& kind);

}  // namespace credo

#endif  // CREDO_SDK_MODEL_OPTIONS_H_
