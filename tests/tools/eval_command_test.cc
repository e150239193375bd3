// credo eval.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agents/runs/evaluation.h"
#include "agents/runs/loaded_run.h"
#include "tests/tools/probed_run.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using nlohmann::json;

// The part of the output that is a function of run and seed.
json Numbers(const std::string& text) {
  json numbers = json::parse(text);
  numbers.erase("frames_per_second");
  return numbers;
}

class EvalCommand : public testing::Test {
 protected:
  Ended Eval(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"eval", run_, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Ended ended = Credo(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended;
  }

  const ProbedRuns runs_;
  const std::string run_ = runs_.Train("run");
};

TEST_F(EvalCommand, PrintsWhatTheLibraryFinds) {
  const json found =
      Numbers(Eval({"--episodes", "70", "--seed", "5"}).out);
  const Parts parts = BuiltInParts();
  const auto run = LoadRun(run_, parts);
  ASSERT_TRUE(run.ok()) << run.status().message();
  const auto evaluation =
      Evaluate((*run)->agent(), (*run)->worlds, 5, 70, ActionSource::kPolicy,
               (*run)->reward_clip());
  ASSERT_TRUE(evaluation.ok()) << evaluation.status().message();
  EXPECT_EQ(found, Numbers(EvaluationToJson(*evaluation)));
  EXPECT_EQ(found["actions"], "policy");
  EXPECT_GT(found["return"].get<double>(), 0);
}

TEST_F(EvalCommand, LeavesTheSameInTheRunsFolder) {
  const Ended ended = Eval();
  EXPECT_EQ(Contents(run_ + "/eval.json"), ended.out);
  EXPECT_EQ(json::parse(ended.out)["episodes"], 200);
  EXPECT_EQ(json::parse(ended.out)["seed"], 1);
}

TEST_F(EvalCommand, IsAFunctionOfItsSeed) {
  const json first = Numbers(Eval({"--seed", "3"}).out);
  EXPECT_EQ(Numbers(Eval({"--seed", "3"}).out), first);
  json other = Numbers(Eval({"--seed", "4"}).out);
  EXPECT_NE(other["return"], first["return"]);
}

TEST_F(EvalCommand, TakesTheMostProbableActionsWhenAskedTo) {
  const json greedy = Numbers(Eval({"--greedy"}).out);
  EXPECT_EQ(greedy["actions"], "greedy");
  EXPECT_NE(greedy["return"], Numbers(Eval().out)["return"]);
}

TEST_F(EvalCommand, TellsPeopleInOneLine) {
  const Ended ended = Credo({"eval", run_, "--episodes", "30"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 1);
  char text[64];
  std::snprintf(
      text, sizeof(text), "return %.3f ",
      json::parse(Contents(run_ + "/eval.json"))["return"].get<double>());
  EXPECT_THAT(ended.out, AllOf(HasSubstr(run_), HasSubstr(text),
                               HasSubstr("30 held-out episodes of seed 1"),
                               HasSubstr("sampled from the policy")));
}

TEST_F(EvalCommand, LeavesTheModelAlone) {
  const std::string before = Fingerprint(run_ + "/model.safetensors");
  Eval();
  EXPECT_EQ(Fingerprint(run_ + "/model.safetensors"), before);
}

TEST(EvalCommandOfAScriptedRun, ReportsTheScriptedPolicy) {
  const ProbedRuns runs;
  const std::string run = runs.Train("run", {"actions=scripted"});
  const Ended ended = Credo({"eval", run, "--json", "--episodes", "20"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(json::parse(ended.out)["actions"], "scripted");
}

TEST_F(EvalCommand, RefusesWrongArguments) {
  const std::vector<std::vector<std::string>> wrong = {
      {"eval"},
      {"eval", run_, "--episodes", "0"},
      {"eval", run_, "--episodes", "-3"},
      {"eval", run_, "--episodes", "1000001"},
      {"eval", run_, "--episodes", "many"},
      {"eval", run_, "--episodes", "2.5"},
      {"eval", run_, "--seed", "-1"},
      {"eval", run_, "--seed", "one"},
      {"eval", run_, "--fast"},
      {"eval", run_, run_}};
  for (const std::vector<std::string>& arguments : wrong) {
    ExpectWrongInput(arguments, testing::Not(""));
  }
  EXPECT_FALSE(std::filesystem::exists(run_ + "/eval.json"));
}

TEST_F(EvalCommand, RefusesWhatIsNoRun) {
  ExpectWrongInput({"eval", runs_ / "nothing"},
                   HasSubstr(runs_ / "nothing/config.yaml"));
}

TEST_F(EvalCommand, RefusesADamagedModel) {
  FlipBit(run_ + "/model.safetensors", 40);
  ExpectWrongInput({"eval", run_},
                   HasSubstr(run_ + "/model.safetensors: "));
}

TEST_F(EvalCommand, RefusesTheModelOfAnotherWorld) {
  const std::string other = runs_.Train("other", {"world.colours=3"});
  std::filesystem::copy_file(
      other + "/model.safetensors", run_ + "/model.safetensors",
      std::filesystem::copy_options::overwrite_existing);
  ExpectWrongInput({"eval", run_}, AllOf(HasSubstr("model.safetensors: "),
                                         HasSubstr("observation 'view'")));
}

TEST_F(EvalCommand, RefusesADamagedConfiguration) {
  ASSERT_TRUE(ReplaceFile(run_ + "/config.yaml", "world: [\n").ok());
  ExpectWrongInput({"eval", run_}, HasSubstr(run_ + "/config.yaml:"));
}

}  // namespace
}  // namespace credo
