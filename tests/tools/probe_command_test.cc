// credo probe.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/tools/probed_run.h"

namespace credo {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> RowNames(const std::string& text) {
  std::vector<std::string> names;
  const json table = json::parse(text);
  for (const json& row : table.at("rows")) names.push_back(row.at("name"));
  return names;
}

class ProbeCommand : public testing::Test {
 protected:
  Ended Probe(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"probe", "--episodes", "200"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    Ended ended = Credo(all);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended;
  }

  const ProbedRuns runs_;
  const std::string run_ = runs_.Train("run", {"actions=scripted"});
};

TEST_F(ProbeCommand, TellsOfTheRunAllControlsAndTheOracle) {
  const Ended ended = Probe({run_, "--json"});
  EXPECT_THAT(RowNames(ended.out),
              ElementsAre("run", "encoder only", "untrained", "constant",
                          "oracle"));
  const json table = json::parse(ended.out);
  EXPECT_EQ(table["episodes"], 200);
  EXPECT_EQ(table["probe_frames"], 400);
  EXPECT_EQ(Contents(run_ + "/probe.json"), ended.out);
  for (const json& row : table["rows"]) {
    const json& map = row["scores"]["map"];
    EXPECT_TRUE(map["accuracy"].get<bool>());
    // Episodes of 8 records, of which 4 count, of a map of 3 x 3.
    EXPECT_EQ(map["parts"]["all"]["cells"], 200 * 4 * 9);
    EXPECT_EQ(map["parts"]["all"]["curve"].size(), 8u);
    EXPECT_EQ(map["parts"]["seen"]["cells"],
              table["rows"][0]["scores"]["map"]["parts"]["seen"]["cells"]);
  }
}

TEST_F(ProbeCommand, TrainsTheOracleOnce) {
  const std::string first = Probe({run_, "--json"}).out;
  const std::string oracle = Fingerprint(run_ + "/oracle/model.safetensors");
  EXPECT_THAT(Contents(run_ + "/oracle/config.yaml"),
              AllOf(HasSubstr("oracle: true"), HasSubstr("auxiliary: []"),
                    HasSubstr("actions: scripted")));
  const Ended second = Probe({run_, "--json"});
  EXPECT_EQ(second.out, first);
  EXPECT_THAT(second.err, Not(HasSubstr("training the oracle")));
  EXPECT_EQ(Fingerprint(run_ + "/oracle/model.safetensors"), oracle);
  EXPECT_EQ(LoggedUpdates(run_ + "/oracle"), UpTo(20));
}

TEST_F(ProbeCommand, ThreadsChangeNoNumber) {
  const std::string one =
      Probe({run_, "--no-oracle", "--json", "--threads", "1"}).out;
  EXPECT_EQ(Probe({run_, "--no-oracle", "--json", "--threads", "2"}).out, one);
}

TEST_F(ProbeCommand, SeedsChangeTheEpisodes) {
  EXPECT_NE(Probe({run_, "--no-oracle", "--json", "--seed", "2"}).out,
            Probe({run_, "--no-oracle", "--json", "--seed", "1"}).out);
}

TEST_F(ProbeCommand, ComparesRunsAndLeavesTheTableInEach) {
  const std::string policy = runs_.Train("policy", {"actions=policy"});
  const Ended ended = Probe({run_, policy, "--no-oracle", "--json"});
  EXPECT_THAT(RowNames(ended.out),
              ElementsAre("run", "policy", "encoder only", "untrained",
                          "constant"));
  EXPECT_EQ(Contents(run_ + "/probe.json"), ended.out);
  EXPECT_EQ(Contents(policy + "/probe.json"), ended.out);
  EXPECT_FALSE(std::filesystem::exists(run_ + "/oracle"));
}

TEST_F(ProbeCommand, TakesAnOracleThatIsGiven) {
  const std::string best = runs_.Train(
      "best", {"actions=scripted", "auxiliary=[]", "oracle=true"});
  const Ended ended = Probe({run_, best, "--json"});
  EXPECT_THAT(RowNames(ended.out),
              ElementsAre("run", "encoder only", "untrained", "constant",
                          "best"));
  EXPECT_FALSE(std::filesystem::exists(run_ + "/oracle"));
}

TEST_F(ProbeCommand, PrintsATableForPeople) {
  const Ended ended = Probe({run_, "--no-oracle"});
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("belief of"), HasSubstr("map remembered"),
                    HasSubstr("encoder only"), HasSubstr("untrained"),
                    HasSubstr("constant"), HasSubstr("200 held-out")));
}

TEST_F(ProbeCommand, LeavesTheModelAlone) {
  const std::string before = Fingerprint(run_ + "/model.safetensors");
  Probe({run_, "--no-oracle"});
  EXPECT_EQ(Fingerprint(run_ + "/model.safetensors"), before);
}

// --- Wrong input ---

TEST_F(ProbeCommand, RefusesWrongArguments) {
  const std::vector<std::vector<std::string>> wrong = {
      {"probe"},
      {"probe", run_, "--episodes", "199"},
      {"probe", run_, "--episodes", "1000001"},
      {"probe", run_, "--episodes", "-200"},
      {"probe", run_, "--threads", "0"},
      {"probe", run_, "--seed", "-1"},
      {"probe", run_, "--fast"}};
  for (const std::vector<std::string>& arguments : wrong) {
    ExpectWrongInput(arguments, Not(""));
  }
  EXPECT_FALSE(std::filesystem::exists(run_ + "/probe.json"));
  EXPECT_FALSE(std::filesystem::exists(run_ + "/oracle"));
}

TEST_F(ProbeCommand, RefusesWhatIsNoRun) {
  ExpectWrongInput({"probe", run_, runs_ / "nothing"},
                   HasSubstr(runs_ / "nothing/config.yaml"));
  EXPECT_FALSE(std::filesystem::exists(run_ + "/probe.json"));
}

// Before an oracle is trained.
TEST_F(ProbeCommand, RefusesRunsOfDifferentWorldsAtOnce) {
  const std::string other =
      runs_.Train("other", {"actions=scripted", "world.room=4"});
  ExpectWrongInput({"probe", run_, other},
                   AllOf(HasSubstr(other), HasSubstr("room"),
                         Not(HasSubstr("training"))));
  EXPECT_FALSE(std::filesystem::exists(run_ + "/oracle"));
}

TEST_F(ProbeCommand, RefusesARunWithoutProbes) {
  const std::string bare =
      runs_.Train("bare", {"actions=scripted", "probes=[]"});
  ExpectWrongInput({"probe", bare},
                   AllOf(HasSubstr(bare), HasSubstr("probes: []")));
}

TEST_F(ProbeCommand, RefusesADamagedModel) {
  FlipBit(run_ + "/model.safetensors", 40);
  ExpectWrongInput({"probe", run_},
                   HasSubstr(run_ + "/model.safetensors: "));
  EXPECT_FALSE(std::filesystem::exists(run_ + "/oracle"));
}

}  // namespace
}  // namespace credo
