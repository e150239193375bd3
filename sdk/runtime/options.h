// The options of a model's parts, as the model file keeps them: JSON.
#ifndef CREDO_SDK_RUNTIME_OPTIONS_H_
#define CREDO_SDK_RUNTIME_OPTIONS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/json_tree.h"
#include "sdk/base/status.h"

namespace credo::runtime {

// The options that were read, with their values as texts, by place and key. Two
// models whose parts read alike compute alike, whatever else their files say.
using OptionsRead = std::map<std::string, std::string>;

// One object of options. Every reader fails with kInvalidArgument that names
// the key, what was expected and what was found.
class Options {
 public:
  // `place` opens all messages: "metadata 'agent'". What is read is noted in
  // `read`, which outlives the options, unless that is null.
  static Result<Options> Parse(const std::string& json,
                               const std::string& place,
                               OptionsRead* read = nullptr);
  // The same for a list of objects.
  static Result<std::vector<Options>> ParseList(const std::string& json,
                                                const std::string& place,
                                                OptionsRead* read = nullptr);

  const std::string& place() const { return place_; }
  // The same, from now on with notes in `read`.
  Options Noting(OptionsRead& read) const {
    return Options(json_, place_, &read);
  }

  Result<int64_t> Int(const std::string& key, int64_t low, int64_t high) const;
  Result<double> Real(const std::string& key, double low, double high) const;
  Result<bool> Bool(const std::string& key) const;
  Result<std::string> Text(const std::string& key) const;
  // Each within [low, high]; at most 64 of them.
  Result<std::vector<int64_t>> Ints(const std::string& key, int64_t low,
                                    int64_t high) const;
  Result<std::vector<std::string>> Texts(const std::string& key) const;
  Result<Options> Group(const std::string& key) const;

 private:
  Options(JsonTree json, std::string place, OptionsRead* read);
  Status Expected(const std::string& key, const std::string& what) const;
  // The value of a key; null when there is none of this kind.
  const JsonTree* Find(const std::string& key, JsonTree::Kind kind) const;
  // The entries of a list of at most 64.
  Result<std::span<const JsonTree>> Entries(const std::string& key) const;
  void Note(const std::string& key, const std::string& value) const;

  JsonTree json_;
  std::string place_;
  OptionsRead* read_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_OPTIONS_H_
