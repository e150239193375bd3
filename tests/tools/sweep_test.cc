// credo sweep and credo table as their users call them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/tools/tiny_sweep.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Sweep, TrainsProbesTablesAndNeverRepeats) {
  const TinySweep sweep;
  EXPECT_THAT(sweep.Run("out", {"--status"}).out,
              AllOf(HasSubstr("0 of 4 runs are done"), HasSubstr("waiting")));
  const Ended ended = sweep.Run("out");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(sweep.Run("out", {"--status"}).out,
              AllOf(HasSubstr("4 of 4 runs are done"),
                    Not(HasSubstr("waiting"))));
  const std::string csv = sweep.Table("out");
  EXPECT_THAT(csv, StartsWith("row,control,target,part,seed,reader,mean,low,"
                              "high\n"));
  for (const char* line :
       {"\ntwelve,,map,remembered,1,", "\ntwelve,,map,remembered,2,",
        "\ntwelve,,map,remembered,all,", "\none,,map,remembered,all,",
        "\nuntrained,untrained,map,remembered,all,",
        "\nconstant,constant,map,remembered,all,"}) {
    EXPECT_THAT(csv, HasSubstr(line));
  }
  EXPECT_THAT(Contents(sweep / "out/curves.csv"),
              HasSubstr("\none,2,20,400,"));
  EXPECT_THAT(Contents(sweep / "out/table.html"),
              AllOf(HasSubstr("loss.probes"), HasSubstr("seconds of training"),
                    HasSubstr("twelve")));
  const Ended charts = RunToEnd({CREDO_COMMAND, "table", sweep / "out",
                                 "--charts", sweep / "charts"});
  EXPECT_EQ(charts.exit_code, 0) << charts.err;
  EXPECT_THAT(Contents(sweep / "charts/loss.probes_by_frames.svg"),
              HasSubstr("twelve"));

  // What is done is never repeated.
  const auto before = AllFiles(sweep / "out");
  const Ended again = sweep.Run("out");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("begins")));
  EXPECT_EQ(AllFiles(sweep / "out"), before);

  // Nor is another configuration mixed in.
  sweep.Write("config: tiny.yaml\nseeds: [1]\nvariants:\n"
              "  one: [auxiliary.0.overshoot=2]\n");
  const Ended other = sweep.Run("out");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("seed_1/one: expected a run of the sweep's "
                                   "configuration"));
}

TEST(Sweep, AVariantThatFailsIsNamedAndStopsNothing) {
  const TinySweep sweep("  good: []\n  bad: [world.room=99]\n");
  const Ended ended = sweep.Run("out");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("failed: seed_1/bad: "),
                               HasSubstr("world.room"),
                               HasSubstr("failed: seed_2/bad: ")));
  EXPECT_THAT(sweep.Run("out", {"--status"}).out,
              AllOf(HasSubstr("2 of 4 runs are done"), HasSubstr("FAILED")));
  EXPECT_THAT(sweep.Table("out"), HasSubstr("\ngood,,map,remembered,all,"));
}

TEST(Sweep, TableOfNoSweepIsRefused) {
  const TemporaryFolder folder;
  const Ended ended = RunToEnd({CREDO_COMMAND, "table", folder / "none"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("none/sweep.json"));
}

struct WrongSweep {
  const char* name;
  const char* text;
  const char* place;  // LINE:COLUMN
  const char* says;
};

class WrongSweeps : public testing::TestWithParam<WrongSweep> {};
INSTANTIATE_TEST_SUITE_P(
    Files, WrongSweeps,
    testing::Values(
        WrongSweep{"UnknownKey", "seed: [1]\n", "1:1", "did you mean 'seeds'?"},
        WrongSweep{"SeedsTwice",
                   "config: a.yaml\nseeds: [1, 1]\nvariants: {a: []}\n",
                   "2:12", "each one once"},
        WrongSweep{"NoSeeds", "config: a.yaml\nvariants: {a: []}\n", "1:1",
                   "seeds: expected at least one"},
        WrongSweep{"SeedIsText",
                   "config: a.yaml\nseeds: [x]\nvariants: {a: []}\n", "2:9",
                   "a whole number"},
        WrongSweep{"SettingIsNone",
                   "config: a.yaml\nseeds: [1]\nvariants:\n  a: [b]\n", "4:7",
                   "key=value"},
        WrongSweep{"NameIsAPath",
                   "config: a.yaml\nseeds: [1]\nvariants:\n  ../a: []\n",
                   "4:3", "letters, digits"},
        WrongSweep{"NoConfig", "seeds: [1]\nvariants:\n  a: []\n", "3:3",
                   "expected a config"},
        WrongSweep{"VariantTwice",
                   "config: a.yaml\nseeds: [1]\nvariants:\n  a: []\n  a: []\n",
                   "5:3", "twice"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_P(WrongSweeps, AreRefusedAtTheirPlace) {
  const TinySweep sweep;
  sweep.Write(GetParam().text);
  const Ended ended = sweep.Run("out");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, StartsWith(sweep.file() + ":" + GetParam().place));
  EXPECT_THAT(ended.err, HasSubstr(GetParam().says));
  EXPECT_FALSE(std::filesystem::exists(sweep / "out"));
}

}  // namespace
}  // namespace credo
