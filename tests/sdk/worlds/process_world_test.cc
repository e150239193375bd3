#include "sdk/worlds/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "sdk/worlds/blank.h"
#include "sdk/worlds/world_check.h"

namespace credo {
namespace {

using testing::HasSubstr;

const std::string kRoot = CREDO_SOURCE_DIR;

EnvironmentFactory WorldOf(std::vector<std::string> command,
                           double seconds = 30) {
  ProcessOptions options;
  options.command = std::move(command);
  options.start_seconds = seconds;
  options.answer_seconds = seconds;
  return [options] { return MakeProcessWorld(options); };
}

WorldCheck Checked(const EnvironmentFactory& world, int64_t episodes = 20) {
  return CheckWorld(world, {.episodes = episodes, .longest = 300});
}

std::string Problems(const WorldCheck& check) {
  std::string text;
  for (const WorldFinding& finding : check.findings) {
    if (!finding.problem.empty()) {
      text += finding.check + ": " + finding.problem + "\n";
    }
  }
  return text;
}

TEST(ProcessWorld, TheReferencesKeepTheContract) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{
            "python3", kRoot + "/examples/process_world/corridor.py"},
        std::vector<std::string>{CREDO_CORRIDOR}}) {
    const WorldCheck check = Checked(WorldOf(command));
    EXPECT_EQ(Problems(check), "") << command.back();
    EXPECT_EQ(check.findings.size(), 10u);
    EXPECT_GT(check.records_per_second, 100);
  }
}

// It throws at a choice that its mask rules out.
TEST(WorldCheck, ChoosesWhatTheMaskAllows) {
  BlankOptions options;
  options.action = "all";
  options.masks = true;
  options.episode = 19;
  const WorldCheck check =
      Checked([options] { return Blank::Make(options); });
  EXPECT_EQ(Problems(check), "");
  EXPECT_EQ(check.findings.size(), 10u);
}

struct Planted {
  std::string fault;
  std::string check;   // that finds it
  std::string told;    // within what it says
  double seconds = 30;

  static std::string Name(const testing::TestParamInfo<Planted>& info) {
    return info.param.fault;
  }
  friend void PrintTo(const Planted& planted, std::ostream* out) {
    *out << planted.fault;
  }
};

class PlantedFault : public testing::TestWithParam<Planted> {};

TEST_P(PlantedFault, IsFoundByName) {
  const Planted& planted = GetParam();
  const auto start = std::chrono::steady_clock::now();
  const WorldCheck check = Checked(
      WorldOf({"python3", kRoot + "/tests/sdk/worlds/faulty_world.py",
               planted.fault},
              planted.seconds));
  std::string found;
  for (const WorldFinding& finding : check.findings) {
    if (finding.check == planted.check) found = finding.problem;
  }
  EXPECT_THAT(found, HasSubstr(planted.told)) << Problems(check);
  // Nothing hangs, whatever it does.
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            std::chrono::seconds(20));
}

INSTANTIATE_TEST_SUITE_P(
    All, PlantedFault,
    testing::Values(
        Planted{"silent", "starts", "within 0.5 s", 0.5},
        Planted{"no_program", "starts", "no such thing"},
        Planted{"no_json", "starts", "its first line"},
        Planted{"other_version", "starts", "version of the protocol"},
        Planted{"no_spec", "starts", "seconds_per_step"},
        Planted{"lone_hello", "starts", "exit code 3"},
        Planted{"wrong_name", "starts", "A Corridor!"},
        Planted{"nothing_seen", "starts", "observation"},
        Planted{"another_spec", "spec", "expected the spec of the other"},
        Planted{"nan", "records", "observation 'place'"},
        Planted{"out_of_range", "records", "observation 'place'"},
        Planted{"no_such_tile", "records", "observation 'view'"},
        Planted{"reward_nan", "records", "reward"},
        Planted{"throws", "records", "the corridor collapsed"},
        Planted{"exits", "records", "exit code 7"},
        Planted{"killed", "records", "signal 9"},
        Planted{"stalls", "records", "within 0.5 s", 0.5},
        Planted{"short", "records", "within 0.5 s", 0.5},
        Planted{"long", "records", "more bytes"},
        Planted{"kind", "records", "kind: expected 0 to 3, found 9"},
        Planted{"first_again", "records", "kind: expected 1 to 3"},
        Planted{"endless", "ends", "expected episodes of at most 300"},
        Planted{"own_random", "repeats", "differs"},
        Planted{"remembers", "forgets", "episodes before it"},
        Planted{"ignores_seed", "seeds", "the same records"},
        Planted{"ignores_action", "actions", "the same records"},
        Planted{"illegal_script", "scripted", "illegal action"},
        Planted{"random_script", "scripted", "the same actions"}),
    Planted::Name);

TEST(ProcessWorld, ACommandThatIsNoneIsTold) {
  const auto world = WorldOf({"/nowhere/program"})();
  ASSERT_FALSE(world.ok());
  EXPECT_THAT(world.status().message(), HasSubstr("No such file"));
  ProcessOptions options;
  EXPECT_THAT(MakeProcessWorld(options).status().message(),
              HasSubstr("command"));
}

}  // namespace
}  // namespace credo
