// credo rollout.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/tools/probed_run.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> Files(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Size {
  uint32_t width = 0;
  uint32_t height = 0;
};

// Out of the first chunk of a PNG file.
Size SizeOf(const std::string& path) {
  const std::string bytes = Contents(path);
  EXPECT_THAT(bytes, StartsWith("\x89PNG"));
  const auto number = [&](size_t at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
      value = value << 8 | static_cast<uint8_t>(bytes.at(at + i));
    }
    return value;
  };
  return {number(16), number(20)};
}

class RolloutCommand : public testing::Test {
 protected:
  std::string Rollout(const std::string& run, const std::string& name,
                      const std::vector<std::string>& more = {}) const {
    const std::string out = runs_ / name;
    std::vector<std::string> arguments = {"rollout", run, "--out", out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = Credo(arguments);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return out;
  }

  const ProbedRuns runs_;
};

TEST_F(RolloutCommand, DrawsFivePicturesOfEachEpisode) {
  const std::string run = runs_.Train("run");
  const std::string out = Rollout(run, "new/pictures", {"--episodes", "2"});
  EXPECT_THAT(Files(out),
              ElementsAre("episode_000_belief.png", "episode_000_film.png",
                          "episode_000_imagined.png", "episode_000_map.png",
                          "episode_000_paths.png", "episode_001_belief.png",
                          "episode_001_film.png", "episode_001_imagined.png",
                          "episode_001_map.png", "episode_001_paths.png"));
  for (const std::string& file : Files(out)) {
    EXPECT_GT(SizeOf(out + "/" + file).width, 100u) << file;
    EXPECT_GT(SizeOf(out + "/" + file).height, 50u) << file;
  }
}

TEST_F(RolloutCommand, IsAFunctionOfItsSeed) {
  const std::string run = runs_.Train("run");
  const std::string one = Rollout(run, "one", {"--episodes", "1"});
  const std::string again = Rollout(run, "again", {"--episodes", "1"});
  const std::string other =
      Rollout(run, "other", {"--episodes", "1", "--seed", "2"});
  for (const std::string& file : Files(one)) {
    EXPECT_EQ(Contents(again + "/" + file), Contents(one + "/" + file));
    EXPECT_NE(Contents(other + "/" + file), Contents(one + "/" + file));
  }
}

// What is seen, the true map, the decoded one; and one more for each run beside
// it, which is of the same world.
TEST_F(RolloutCommand, BeliefsOfOtherRunsStandBesideItsOwn) {
  const std::string run = runs_.Train("run");
  const std::string other = runs_.Train("other", {"seed=5"});
  const auto height = [&](const std::string& name,
                          std::vector<std::string> more) {
    more.insert(more.end(), {"--episodes", "1"});
    return SizeOf(Rollout(run, name, more) + "/episode_000_belief.png").height;
  };
  const uint32_t own = height("own", {});
  const uint32_t one = height("one", {"--beside", other});
  const uint32_t two = height("two", {"--beside", other, "--beside", run});
  EXPECT_GT(one, own);
  EXPECT_EQ(two - one, one - own);
  const std::string stranger = runs_.Train("stranger", {"world.room=4"});
  ExpectWrongInput(
      {"rollout", run, "--out", runs_ / "out", "--beside", stranger},
      HasSubstr("stranger"));
}

// A film has a picture for each of the episode's records.
TEST_F(RolloutCommand, TheFilmIsAnAnimatedPngOfAllRecords) {
  const std::string run = runs_.Train("run");
  const std::string film = Contents(Rollout(run, "out", {"--episodes", "1"}) +
                                    "/episode_000_film.png");
  const size_t control = film.find("acTL");
  ASSERT_NE(control, std::string::npos);
  EXPECT_EQ(film.substr(control + 4, 4), std::string("\0\0\0\x08", 4));
}

// From two thirds of the episode on: each path has what would be seen and what
// is expected; a model that draws nothing has no samples.
TEST_F(RolloutCommand, PathsThatWereNotTakenAreRowsOfTheirOwn) {
  const std::string run = runs_.Train("run");
  const auto height = [&](const std::string& name,
                          std::vector<std::string> more) {
    more.insert(more.end(), {"--episodes", "1"});
    return SizeOf(Rollout(run, name, more) + "/episode_000_paths.png").height;
  };
  const uint32_t taken = height("taken", {"--others", "0"});
  const uint32_t two = height(
      "two", {"--others", "0", "--then", "1 1 0", "--then", "2 2 0"});
  EXPECT_NEAR(static_cast<double>(two) / taken, 3, 0.2);
  EXPECT_EQ(height("samples", {"--others", "0", "--samples", "9"}), taken);
}

TEST_F(RolloutCommand, TellsErrorsPerOffset) {
  const std::string run = runs_.Train("run");
  const std::string out = runs_ / "errors";
  const Ended ended = Credo({"rollout", run, "--out", out, "--episodes", "1",
                             "--errors", "5"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("mean frame"));
  const std::string csv = Contents(out + "/errors.csv");
  EXPECT_THAT(csv, StartsWith("observation,offset,frames,imagined,mean_frame,"
                              "seen_frames,seen_imagined,seen_mean_frame\n"));
  // Episodes of 8 records: the first one is imagined from.
  EXPECT_THAT(csv, HasSubstr("\nview,0,"));
  EXPECT_THAT(csv, HasSubstr("\nview,7,5,"));
  EXPECT_THAT(csv, Not(HasSubstr("\nview,8,")));
  const std::string blind = runs_.Train("blind", {"auxiliary=[]"});
  ExpectWrongInput({"rollout", blind, "--out", out, "--errors", "5"},
                   HasSubstr("simulator"));
}

TEST_F(RolloutCommand, PathsAreActionsOfTheWorld) {
  const std::string run = runs_.Train("run");
  for (const char* then : {"", "north", "1 77", "1,1", "1 1.5", "nan", "-1"}) {
    ExpectWrongInput(
        {"rollout", run, "--out", runs_ / "out", "--then", then},
        HasSubstr("--then"));
  }
}

// Episodes do not depend on how many are drawn.
TEST_F(RolloutCommand, TrainingLeavesTheFirstEpisodeInTheRun) {
  const std::string run = runs_.Train("run");
  const std::string out = Rollout(run, "out", {"--episodes", "1"});
  EXPECT_THAT(Files(run + "/pictures"),
              ElementsAre("episode_000_imagined.png", "episode_000_map.png"));
  for (const std::string& file : Files(run + "/pictures")) {
    EXPECT_EQ(Contents(run + "/pictures/" + file), Contents(out + "/" + file));
  }
}

TEST_F(RolloutCommand, ImaginedFramesComeInPairsOfRows) {
  // Episodes of 8 records: all that follows record 0 is imagined from it.
  const std::string run = runs_.Train("run");
  const std::string out = Rollout(run, "out", {"--episodes", "1"});
  const Size pair = SizeOf(out + "/episode_000_imagined.png");
  // Two square frames above each other, eight in a row, and gaps.
  EXPECT_NEAR(static_cast<double>(pair.width) / pair.height, 4, 0.3);
  const std::string longer =
      runs_.Train("longer", {"world.episode=40"});
  const Size pairs = SizeOf(Rollout(longer, "longer_out", {"--episodes", "1"}) +
                            "/episode_000_imagined.png");
  // Four moments; twelve steps ahead and the start.
  EXPECT_NEAR(static_cast<double>(pairs.height) / pair.height, 4, 0.3);
  EXPECT_NEAR(static_cast<double>(pairs.width) / pair.width, 13.0 / 8, 0.1);
}

TEST_F(RolloutCommand, DrawsThePosteriorOfThePoseBelowTheMap) {
  const std::string bare = runs_.Train("bare");
  const std::string posed = runs_.Train(
      "posed", {"probes=[{kind: cells, target: map}, {kind: class, target: "
                "pose.cell}]"});
  const Size two = SizeOf(Rollout(bare, "bare_out") + "/episode_000_map.png");
  const Size three =
      SizeOf(Rollout(posed, "posed_out") + "/episode_000_map.png");
  EXPECT_EQ(three.width, two.width);
  EXPECT_NEAR(static_cast<double>(three.height) / two.height, 1.5, 0.1);
}

TEST_F(RolloutCommand, LeavesOutWhatTheRunDoesNotHave) {
  const std::string blind = runs_.Train("blind", {"auxiliary=[]"});
  EXPECT_THAT(Files(Rollout(blind, "blind_out", {"--episodes", "1"})),
              ElementsAre("episode_000_belief.png", "episode_000_film.png",
                          "episode_000_map.png"));
  const std::string unread = runs_.Train("unread", {"probes=[]"});
  EXPECT_THAT(Files(Rollout(unread, "unread_out", {"--episodes", "1"})),
              ElementsAre("episode_000_film.png", "episode_000_imagined.png",
                          "episode_000_paths.png"));
  const std::string plain =
      runs_.Train("plain", {"auxiliary=[]", "probes=[]"});
  EXPECT_THAT(Files(Rollout(plain, "plain_out", {"--episodes", "1"})),
              ElementsAre("episode_000_film.png"));
}

TEST_F(RolloutCommand, RefusesWrongInput) {
  const std::string run = runs_.Train("run");
  const std::string out = runs_ / "out";
  const std::vector<std::vector<std::string>> wrong = {
      {"rollout"},
      {"rollout", run},
      {"rollout", "--out", out},
      {"rollout", run, "--out", out, "--episodes", "0"},
      {"rollout", run, "--out", out, "--episodes", "1001"},
      {"rollout", run, "--out", out, "--seed", "-1"},
      {"rollout", run, "--out", out, "--samples", "65"},
      {"rollout", run, "--out", out, "--others", "-1"},
      {"rollout", runs_ / "nothing", "--out", out},
      {"rollout", run, "--out", run + "/config.yaml"},
      {"rollout", run, "--out", run + "/config.yaml/below"}};
  for (const std::vector<std::string>& arguments : wrong) {
    ExpectWrongInput(arguments, Not(""));
  }
  FlipBit(run + "/model.safetensors", 40);
  ExpectWrongInput({"rollout", run, "--out", out},
                   HasSubstr(run + "/model.safetensors: "));
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace credo
