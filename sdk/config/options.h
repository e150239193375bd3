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
#ifndef CREDO_SDK_CONFIG_OPTIONS_H_
#define CREDO_SDK_CONFIG_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
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

// `meaning` is one line for the generated reference, with the unit if any.
// What the field holds when Visit is called on a new struct is its default.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void Bool(const char* key, bool& value, const char* meaning) = 0;
  virtual void Int(const char* key, int64_t& value, IntRange range,
                   const char* meaning) = 0;
  virtual void Real(const char* key, double& value, RealRange range,
                    const char* meaning) = 0;
  virtual void Text(const char* key, std::string& value,
                    const char* meaning) = 0;
  // One of a few words.
  virtual void Choice(const char* key, std::string& value,
                      const std::vector<std::string>& allowed,
                      const char* meaning) = 0;
  // A list of integers, each in `range`.
  virtual void Ints(const char* key, std::vector<int64_t>& value,
                    IntRange range, const char* meaning) = 0;
  virtual void Texts(const char* key, std::vector<std::string>& value,
                     const char* meaning) = 0;
  // Options of their own below this key.
  virtual void Group(const char* key, Options& value, const char* meaning) = 0;
  // One part out of a catalog. A selection that is empty beforehand is required
  // in the file.
  virtual void Part(const char* key, Selection& value,
                    const PartCatalog& catalog, const char* meaning) = 0;
  // Any number of parts, [] included.
  virtual void Parts(const char* key, std::vector<Selection>& value,
                     const PartCatalog& catalog, const char* meaning) = 0;
};

// A selection of `kind` with its default options. REQUIRES: it is listed.
Selection Select(const PartCatalog& catalog, const std::string& kind);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_OPTIONS_H_
