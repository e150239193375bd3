// Wrong configurations, made from the examples by one edit each. What is wrong
// is told at its place, before anything is made.
//
// CREDO_TEST_SLOWNESS: factor on the second that the command may take, for slow
// machines and sanitizers; 1 by default.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "sdk/base/file.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct WrongConfig {
  const char* example;
  const char* name;
  const char* found;    // stands once in the example
  const char* instead;  // "^" marks the place that the message must give
  std::vector<std::string> says;

  friend void PrintTo(const WrongConfig& config, std::ostream* out) {
    *out << config.found << " -> " << config.instead;
  }
};

constexpr char kSimulator[] = "grid_simulator";
constexpr char kNextStep[] = "grid_next_step";
constexpr char kRlOnly[] = "grid_rl_only";
constexpr char kRlSimulator[] = "grid_rl_simulator";

std::string Nearest(const std::string& key) {
  return "did you mean '" + key + "'?";
}

std::vector<WrongConfig> WrongConfigs() {
  return {
      // Misspelt keys, at every depth.
      {kSimulator, "unknown_at_the_top", "seed: 1", "^sede: 1",
       {"unknown key 'sede'", Nearest("seed")}},
      {kSimulator, "unknown_in_the_world", "colours: 3", "^colors: 3",
       {"unknown key 'colors' in world", Nearest("colours")}},
      {kNextStep, "unknown_in_the_encoder", "sizes: [32]", "^size: [32]",
       {"unknown key 'size' in agent.encoder", Nearest("sizes")}},
      {kNextStep, "unknown_in_the_memory", "slots: 32", "^slotz: 32",
       {"unknown key 'slotz' in agent.core.memory", Nearest("slots")}},
      {kRlSimulator, "unknown_in_a_loss", "overshoot: 12", "^overshot: 12",
       {"unknown key 'overshot' in auxiliary[0]", Nearest("overshoot")}},
      {kRlSimulator, "unknown_in_the_decoder", "hidden: [128]",
       "^hiden: [128]",
       {"unknown key 'hiden' in auxiliary[0].decoder", Nearest("hidden")}},
      {kRlOnly, "unknown_in_the_learner", "learning_rate: 2.0e-3",
       "^learning_rat: 2.0e-3",
       {"unknown key 'learning_rat' in learner", Nearest("learning_rate")}},
      {kRlOnly, "unknown_in_a_probe", "{kind: class, target: pose.heading}",
       "{kind: class, ^targte: pose.heading}",
       {"unknown key 'targte' in probes[2]", Nearest("target")}},
      {kRlOnly, "unknown_kind_key", "encoder: {kind: mlp",
       "encoder: {^knd: mlp",
       {"unknown key 'knd' in agent.encoder", Nearest("kind")}},
      {kSimulator, "unknown_before_missing", "world: {kind: grid, room: 5",
       "^wolrd: {kind: grid, room: 5",
       {"unknown key 'wolrd'", Nearest("world")}},

      // Keys of another place or kind.
      {kRlOnly, "nested_too_high", "actions: policy",
       "actions: policy\n^overshoot: 12", {"unknown key 'overshoot'"}},
      {kSimulator, "nested_too_deep", "learner:\n",
       "learner:\n  ^actions: scripted\n",
       {"unknown key 'actions' in learner"}},
      {kRlSimulator, "key_of_another_kind", "{kind: mlp, sizes: [32]}",
       "{kind: conv, ^sizes: [32]}",
       {"unknown key 'sizes' in agent.encoder", Nearest("size")}},
      {kNextStep, "key_of_a_kind_without_keys",
       "memory: {kind: addressed, slots: 32, width: 32, sharpness: 2}",
       "memory: {kind: none, ^slots: 32}",
       {"unknown key 'slots' in agent.core.memory", Nearest("kind")}},

      // Keys twice.
      {kSimulator, "twice_at_the_top", "actions: scripted",
       "actions: scripted\n^actions: scripted",
       {"actions: expected the key once"}},
      {kRlOnly, "twice_in_a_map", "view: 3, ", "view: 3, ^room: 7, ",
       {"world.room: expected the key once"}},
      {kRlSimulator, "twice_as_a_section", "probes:\n",
       "probes: []\n^probes:\n", {"probes: expected the key once"}},

      // Kinds.
      {kSimulator, "unknown_world", "kind: grid", "kind: ^gird",
       {"world.kind: expected one of 'blank', 'grid'", Nearest("grid")}},
      {kNextStep, "unknown_core", "kind: lstm", "kind: ^rnn",
       {"agent.core.kind: expected one of", "found 'rnn'"}},
      {kNextStep, "unknown_loss", "kind: simcore", "kind: ^simcor",
       {"auxiliary[0].kind: expected one of", Nearest("simcore")}},
      {kRlSimulator, "unknown_frame_model", "kind: deterministic",
       "kind: ^determinist",
       {"auxiliary[0].decoder.kind: expected one of",
        Nearest("deterministic")}},
      {kRlSimulator, "unknown_probe", "{kind: cells,", "{kind: ^cell,",
       {"probes[0].kind: expected one of", Nearest("cells")}},
      {kNextStep, "missing_kind", "  - kind: simcore\n    overshoot: 1",
       "  - ^overshoot: 1",
       {"auxiliary[0].kind: expected one of 'simcore'", "found nothing"}},
      {kRlOnly, "missing_kind_of_the_world", "{kind: grid, ", "^{",
       {"world.kind: expected one of 'blank', 'grid'", "found nothing"}},
      {kRlSimulator, "empty_kind", "kind: grid", "^kind: ",
       {"world.kind: expected one of 'blank', 'grid'", "found nothing"}},
      {kSimulator, "part_as_a_word", "decoder: {kind: deterministic, "
       "hidden: [128]}", "decoder: ^deterministic",
       {"auxiliary[0].decoder: expected {kind: "}},

      // Wrong types.
      {kSimulator, "text_for_a_number", "overshoot: 12", "overshoot: ^twelve",
       {"auxiliary[0].overshoot: expected an integer", "found 'twelve'"}},
      {kSimulator, "no_such_device", "batch: 16", "batch: 16\n  device: ^cuda",
       {"learner.device: expected a device with CUDA, found no"}},
      {kSimulator, "real_for_an_integer", "batch: 16", "batch: ^16.5",
       {"learner.batch: expected an integer", "found '16.5'"}},
      {kNextStep, "word_for_a_bool", "now: true", "now: ^on",
       {"auxiliary[0].now: expected true or false, found 'on'"}},
      {kNextStep, "number_for_a_list", "sizes: [32]", "sizes: ^32",
       {"agent.encoder.sizes: expected a list, found '32'"}},
      {kRlOnly, "list_for_a_number", "discount: 0.95", "discount: ^[0.95]",
       {"learner.discount: expected a number", "found a list of 1"}},
      {kRlOnly, "quoted_number", "batch: 16", "batch: ^\"16\"",
       {"learner.batch: expected an integer", "found the text '16'"}},
      {kRlSimulator, "map_for_a_list", "auxiliary:\n  - kind",
       "auxiliary:\n    ^kind",
       {"auxiliary: expected a list of parts, found a map"}},
      {kRlSimulator, "nothing_for_a_number", "frames: 3000000", "^frames:",
       {"learner.frames: expected an integer", "found nothing"}},
      {kRlOnly, "unknown_choice", "actions: policy", "actions: ^random",
       {"actions: expected one of 'policy', 'scripted', found 'random'"}},

      // Out of range.
      {kSimulator, "below_the_range", "room: 5", "room: ^1",
       {"world.room: expected an integer in [2, 15], found '1'"}},
      {kNextStep, "above_the_range", "learning_rate: 5.0e-3",
       "learning_rate: ^5.0e+3",
       {"learner.learning_rate: expected a number in [0, 10]"}},
      {kNextStep, "negative_size", "sizes: [32]", "sizes: [32, ^-1]",
       {"agent.encoder.sizes[1]: expected an integer", "found '-1'"}},
      {kRlOnly, "not_a_number", "entropy_weight: 0.01", "entropy_weight: ^.nan",
       {"learner.entropy_weight: expected a number", "found '.nan'"}},
      {kRlSimulator, "beyond_64_bits", "seed: 1", "seed: ^18446744073709551616",
       {"seed: expected an integer", "found '18446744073709551616'"}},

      // Keys that do not fit each other.
      {kSimulator, "even_view", "view: 3", "view: ^4",
       {"world.view: expected an odd number, found 4"}},
      {kRlSimulator, "more_frames_than_overshoot", "frames: 4", "frames: ^13",
       {"auxiliary[0].frames: expected at most overshoot (12), found 13"}},
      {kRlOnly, "no_free_cell", "room: 5", "room: 2, blocked: ^0.8",
       {"world.blocked: expected at least 2 free cells"}},
      {kNextStep, "kernels_without_strides", "{kind: mlp, sizes: [32]}",
       "{kind: conv, channels: [8], kernels: [2], strides: ^[1, 1]}",
       {"agent.encoder.strides: expected one per entry of channels (1)"}},
      {kRlOnly, "oracle_without_probes",
       "probes:\n"
       "  - {kind: cells, target: map}\n"
       "  - {kind: class, target: pose.cell}\n"
       "  - {kind: class, target: pose.heading}",
       "probes: []\noracle: ^true", {"oracle: expected probes"}},

      // What only the world, the network or the loss can tell.
      {kSimulator, "overshoot_beyond_the_unroll", "overshoot: 12",
       "overshoot: ^34",
       {"auxiliary[0].overshoot: expected at most learner.unroll (33), found "
        "34"}},
      {kRlSimulator, "unroll_below_the_overshoot", "overshoot: 12",
       "overshoot: ^66",
       {"auxiliary[0].overshoot: expected at most learner.unroll (65)"}},
      {kNextStep, "observation_that_is_not_there", "frames: 0",
       "frames: 0\n    observations: ^[veiw]",
       {"auxiliary[0].observations: expected some of 'view', found 'veiw'"}},
      {kRlSimulator, "privileged_observation_for_a_loss", "frames: 4",
       "frames: 4\n    observations: ^[view, map]",
       {"auxiliary[0].observations: expected some of 'view', found 'map'"}},
      {kSimulator, "target_that_is_not_there", "target: map}",
       "target: ^maps}",
       {"probes[0].target: expected a privileged observation of world 'grid'",
        "'map'", "found 'maps'"}},
      {kNextStep, "target_that_the_agent_sees", "target: map}",
       "target: ^view}",
       {"probes[0].target: expected a privileged observation",
        "found 'view'"}},
      {kRlOnly, "target_left_out", "{kind: class, target: pose.heading}",
       "^{kind: class}",
       {"probes[2].target: expected a privileged observation"}},
      {kRlSimulator, "target_twice", "target: pose.heading",
       "target: ^pose.cell",
       {"probes[2].target: expected one that no other probe reads"}},
      {kSimulator, "map_as_one_class", "{kind: cells, target: map}",
       "{kind: class, target: ^map}",
       {"probes[0].target: expected a single class"}},
      {kNextStep, "vector_as_cells", "target: map}", "target: ^pose.position}",
       {"probes[0].target: expected tiles"}},
      {kRlSimulator, "mask_of_another_shape", "target: map}",
       "target: map, seen: ^pose.cell}",
       {"probes[0].seen: expected tiles of the target's shape [5, 5]"}},
      {kSimulator, "kernel_beyond_the_picture",
       "episode: 32}\nactions: scripted\nagent:\n"
       "  encoder: {kind: mlp, sizes: [32]}",
       "episode: 32, picture: 1}\nactions: scripted\nagent:\n"
       "  encoder: {kind: conv, channels: [8], kernels: ^[4], strides: [1]}",
       {"agent.encoder.kernels: expected kernel 0 to be at most the 3 pixels",
        "found 4"}},

      // What is not this kind of YAML.
      {kSimulator, "open_bracket", "sizes: [32]}", "sizes: [32^}",
       {"expected no closing bracket of this kind here"}},
      {kRlSimulator, "bracket_never_closed", "{kind: class, target: pose.cell}",
       "^{kind: class, target: pose.cell",
       {"expected ',' or '}' in the map that begins here"}},
      {kNextStep, "wrong_indentation", "  unroll: 33", "   unroll^: 33",
       {"expected no ':' here", "indentation"}},
      {kRlOnly, "missing_colon", "world: {kind: grid, room: 5",
       "world {kind: grid, room^: 5", {"expected no ':' here"}},
      {kRlSimulator, "alias", "kind: mlp, sizes: [32]",
       "kind: mlp, sizes: ^*sizes", {"expected"}},
      {kRlSimulator, "anchor", "size: 64\n    forget_bias",
       "size: ^&size 64\n    forget_bias",
       {"expected a value, found an anchor"}},
      {kNextStep, "tag", "batch: 16", "batch: ^!!int 16",
       {"expected a value without a tag"}},
      {kRlOnly, "second_document", "probes:\n", "^---\nprobes:\n",
       {"expected one document, found another"}},
      {kSimulator, "merge_key", "  unroll: 33", "  ^<<: {unroll: 33}",
       {"unknown key '<<' in learner", "did you mean '"}},
  };
}

// The place in `text` where "^" stood, as ":LINE:COLUMN: ".
std::string TakePlace(std::string& text) {
  const size_t at = text.find('^');
  text.erase(at, 1);
  const size_t line_begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
  return ":" + std::to_string(line) + ":" +
         std::to_string(at - line_begin + 1) + ": ";
}

double SecondsAllowed() {
  const char* slowness = std::getenv("CREDO_TEST_SLOWNESS");
  return slowness == nullptr ? 1.0 : std::strtod(slowness, nullptr);
}

class WrongConfigTest : public testing::TestWithParam<WrongConfig> {
 protected:
  // The example after the edit, "^" still in it.
  std::string Edited() const {
    Result<std::string> text = ReadFile(CREDO_EXAMPLES "/" +
                                        std::string(GetParam().example) +
                                        ".yaml");
    if (!text.ok()) throw std::runtime_error(text.status().message());
    const std::string found = GetParam().found;
    const size_t at = text->find(found);
    if (at == std::string::npos ||
        text->find(found, at + 1) != std::string::npos) {
      throw std::runtime_error("'" + found + "' does not stand once in " +
                               GetParam().example);
    }
    return text->replace(at, found.size(), GetParam().instead);
  }

  TemporaryFolder folder_;
};

TEST_P(WrongConfigTest, IsRefusedAtItsPlaceBeforeAnythingIsMade) {
  std::string text = Edited();
  const std::string place = TakePlace(text);
  const std::string config = folder_ / "a.yaml";
  const std::string run = folder_ / "run";
  ASSERT_TRUE(ReplaceFile(config, text).ok());

  Ended ended;
  // A busy machine may need more than one try to show its speed.
  for (int attempt = 0; attempt < 3; ++attempt) {
    ended = RunToEnd({CREDO_COMMAND, "train", config, "--run", run});
    if (ended.seconds < SecondsAllowed()) break;
  }
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_LT(ended.seconds, SecondsAllowed());
  EXPECT_THAT(ended.err, StartsWith(config + place));
  EXPECT_THAT(ended.err, testing::ContainsRegex("[Ee]xpected "));
  for (const std::string& words : GetParam().says) {
    EXPECT_THAT(ended.err, HasSubstr(words));
  }
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1)
      << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_FALSE(std::filesystem::exists(run));
}

INSTANTIATE_TEST_SUITE_P(
    Examples, WrongConfigTest, testing::ValuesIn(WrongConfigs()),
    [](const auto& info) {
      return std::string(info.param.example) + "_" + info.param.name;
    });

// --- What stands on the command line ---

class WrongCommandLine : public testing::Test {
 protected:
  Ended Train(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {CREDO_COMMAND, "train"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunToEnd(arguments);
  }

  const std::string example_ = CREDO_EXAMPLES "/grid_simulator.yaml";
  TemporaryFolder folder_;
  const std::string run_ = folder_ / "run";
};

TEST_F(WrongCommandLine, AnUnknownKeyIsPlacedInItsOverride) {
  const Ended ended =
      Train({example_, "--run", run_, "--set", "auxiliary.0.overshot=1"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err,
              StartsWith("--set auxiliary.0.overshot=1:1:13: unknown key "
                         "'overshot' in auxiliary[0]; did you mean "
                         "'overshoot'?"));
  EXPECT_FALSE(std::filesystem::exists(run_));
}

TEST_F(WrongCommandLine, AFaultThatALossFindsIsPlacedInItsOverride) {
  const Ended ended =
      Train({example_, "--run", run_, "--set", "auxiliary.0.overshoot=40"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err,
              StartsWith("--set auxiliary.0.overshoot=40:1:23: "
                         "auxiliary[0].overshoot: expected at most"));
  EXPECT_FALSE(std::filesystem::exists(run_));
}

TEST_F(WrongCommandLine, AnOverrideTakesNothingThatFollowsIt) {
  const Ended ended =
      Train({"--set", "seed=2", example_, "--run", run_, "--set", "sede=2"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, StartsWith("--set sede=2:1:1: unknown key 'sede'"));
}

TEST_F(WrongCommandLine, AFileThatIsNotThereIsNamed) {
  const std::string missing = folder_ / "missing.yaml";
  const Ended ended = Train({missing, "--run", run_});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr(missing));
  EXPECT_FALSE(std::filesystem::exists(run_));
}

TEST_F(WrongCommandLine, AFolderForAFileIsNamed) {
  const Ended ended = Train({folder_.path(), "--run", run_});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr(folder_.path()));
}

TEST_F(WrongCommandLine, WithoutARunFolderIsRefused) {
  const Ended ended = Train({example_});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("--run"));
}

TEST_F(WrongCommandLine, AnUnknownOptionOrCommandIsRefused) {
  EXPECT_EQ(Train({example_, "--run", run_, "--restart"}).exit_code, 2);
  EXPECT_EQ(RunToEnd({CREDO_COMMAND, "trian", example_}).exit_code, 2);
  EXPECT_EQ(RunToEnd({CREDO_COMMAND}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(run_));
}

}  // namespace
}  // namespace credo
