// The program of examples/sixty_hz/, with a model of random weights.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/command.h"
#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

EnvironmentSpec Rooms() {
  EnvironmentSpec spec;
  spec.name = "grid";
  spec.observations = {ObservationSpec::Tiles("view", {3, 3}, 5)};
  spec.action.fields = {ActionField::Discrete("move", 4)};
  return spec;
}

class SixtyHz : public testing::Test {
 protected:
  std::string Model(const EnvironmentSpec& spec) {
    OracleOptions options;
    options.spec = spec;
    options.memory.kind = "addressed";
    const std::string path = folder_ / "model.safetensors";
    std::ofstream(path, std::ios::binary) << RandomModel(options).Bytes();
    return path;
  }

  // Of the program with a driver of SDL's that draws for nobody.
  static Ended Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"/usr/bin/env", "SDL_VIDEODRIVER=dummy", CREDO_SIXTY_HZ});
    return RunToEnd(arguments);
  }

  // The text from "return" on: what equal seeds share.
  static std::string Returns(const std::string& out) {
    const size_t at = out.rfind("return ");
    return at == std::string::npos ? "" : out.substr(at);
  }

  TemporaryFolder folder_;
};

TEST_F(SixtyHz, RunsWithoutAWindow) {
  const Ended ended =
      Run({Model(Rooms()), "--headless", "--fast", "--seconds", "20"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(" 19 s: tick 1140, 32 characters, p50 "));
  // 200 decisions each; three rooms of 64 moves and a last record.
  EXPECT_THAT(ended.out, HasSubstr("done: 1200 ticks in "));
  EXPECT_THAT(ended.out, HasSubstr(" 6400 decisions, p50 "));
  EXPECT_THAT(Returns(ended.out), MatchesRegex("return .* in 96 episodes\n"));
  // The runtime is told the time between decisions, and tells it back, once.
  EXPECT_EQ(ended.err,
            "sixty_hz: remark: row 0: the agent learned with 1 seconds between "
            "decisions and now has 0.1\n");
}

TEST_F(SixtyHz, IsDrawnFromItsSeed) {
  const std::string model = Model(Rooms());
  const auto returns = [&](const std::string& seed) {
    return Returns(
        Run({model, "--fast", "--seconds", "20", "--seed", seed}).out);
  };
  EXPECT_NE(returns("1"), "");
  EXPECT_EQ(returns("1"), returns("1"));
  EXPECT_NE(returns("1"), returns("2"));
}

TEST_F(SixtyHz, HasAnyNumberOfCharacters) {
  const std::string model = Model(Rooms());
  for (const char* const count : {"1", "5", "7", "1024"}) {
    const Ended ended =
        Run({model, "--fast", "--seconds", "1", "--characters", count});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(ended.out,
                HasSubstr(std::string(", ") + count + " characters, p50 "));
  }
}

TEST_F(SixtyHz, DrawsAndKeepsTime) {
  const Ended ended = Run({Model(Rooms()), "--seconds", "1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("done: 60 ticks in "));
  EXPECT_GT(ended.seconds, 0.95);
  const bool window = ended.err.find("no window") == std::string::npos;
  EXPECT_EQ(window, CREDO_HAS_SDL == 1) << ended.err;
}

TEST_F(SixtyHz, DoesWithoutADisplay) {
  if (!CREDO_HAS_SDL) GTEST_SKIP() << "built without SDL2";
  const Ended ended =
      RunToEnd({"/usr/bin/env", "SDL_VIDEODRIVER=none", CREDO_SIXTY_HZ,
                Model(Rooms()), "--seconds", "0.1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("sixty_hz: no window: none not available"));
  EXPECT_THAT(ended.out, HasSubstr("done: 6 ticks in "));
}

TEST_F(SixtyHz, RefusesWrongArguments) {
  const Ended ended = Run({"a", "--characters", "none"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err,
              testing::StartsWith("sixty_hz: --characters: expected 1 to 1024, "
                                  "found 'none'\nusage: sixty_hz MODEL "));
}

TEST_F(SixtyHz, RefusesWhatIsNoModelFile) {
  const Ended missing = Run({folder_ / "nowhere"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("nowhere: cannot open"));

  const std::string path = folder_ / "text";
  std::ofstream(path) << "no model\n";
  const Ended text = Run({path});
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_THAT(text.err, HasSubstr("text: header: expected"));
}

TEST_F(SixtyHz, RefusesAModelOfAnotherWorldByItsField) {
  EnvironmentSpec fewer = Rooms();
  fewer.observations = {ObservationSpec::Tiles("view", {3, 3}, 4)};
  EnvironmentSpec wider = Rooms();
  wider.observations = {ObservationSpec::Tiles("view", {5, 5}, 5)};
  EnvironmentSpec turning = Rooms();
  turning.action.fields = {ActionField::Discrete("move", 3)};
  const std::vector<std::pair<EnvironmentSpec, std::string>> worlds = {
      {fewer, "observation 'view'"},
      {wider, "observation 'view'"},
      {turning, "action 'move'"},
      {SmallWorld(), "action 'move'"},
  };
  for (const auto& [world, field] : worlds) {
    const Ended ended = Run({Model(world), "--fast"});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_THAT(ended.err, HasSubstr(field));
    EXPECT_EQ(ended.out, "");
  }
}

}  // namespace
}  // namespace credo
