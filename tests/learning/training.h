// Runs of the command as steps of a learning test.
#ifndef CREDO_TESTS_LEARNING_TRAINING_H_
#define CREDO_TESTS_LEARNING_TRAINING_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sdk/base/file.h"
#include "tests/support/command.h"

namespace credo {

// Runs `credo` with these arguments; what it printed. A failure fails the test.
inline std::string Credo(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), CREDO_COMMAND);
  const Ended ended = RunToEnd(arguments);
  EXPECT_EQ(ended.exit_code, 0) << arguments[1] << ": " << ended.err;
  return ended.out;
}

inline nlohmann::json CredoJson(const std::vector<std::string>& arguments) {
  return nlohmann::json::parse(Credo(arguments));
}

// Trains the example `config` with settings on top.
inline void Train(const std::string& config, const std::string& run,
                  const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {
      "train", CREDO_EXAMPLES + ("/" + config), "--run", run};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  Credo(arguments);
}

// The values of one metric over a run.
inline std::vector<double> MetricOf(const std::string& run,
                                    const std::string& name) {
  const Result<std::string> text = ReadFile(run + "/metrics.jsonl");
  std::vector<double> values;
  if (!text.ok()) return values;
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = text->find('\n', begin);
    const auto line = nlohmann::json::parse(text->substr(begin, end - begin));
    if (line.contains(name)) values.push_back(line[name].get<double>());
    begin = end + 1;
  }
  return values;
}

}  // namespace credo

#endif  // CREDO_TESTS_LEARNING_TRAINING_H_
