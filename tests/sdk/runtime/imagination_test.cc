// What is imagined is what the oracle imagines, by every decoder.

#include "sdk/runtime/imagination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/played_model.h"
#include "tests/support/simulator_oracle.h"

namespace credo::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr uint64_t kNow = 12;  // the record that simulations start from
constexpr int64_t kSteps = 5;
constexpr uint64_t kSeed = 77;

// A model with a simulator of every decoder, beside each kind of memory. The
// eye is of patches, and decoders are small but odd.
OracleOptions Options(const OracleMemory& memory) {
  OracleOptions options;
  options.spec = SmallWorld();
  options.spec.observations[0] = ObservationSpec::Picture("eye", 4, 6, 3);
  options.memory = memory;
  options.reads = memory.kind == "none" ? 0 : 2;
  options.simulators = AllSimulators();
  for (OracleSimulator& simulator : options.simulators) {
    simulator.patch = 2;
    simulator.reads = 1 + static_cast<int64_t>(memory.kind.size()) % 3;
  }
  return options;
}

// Actions that lead from kNow on, as the world takes them.
std::vector<float> Actions(const PlayedModel& played) {
  std::vector<float> actions;
  for (int64_t k = 1; k <= kSteps; ++k) {
    const auto action = played.WorldAction(kNow + static_cast<uint64_t>(k));
    actions.insert(actions.end(), action.begin(), action.end());
  }
  return actions;
}

// What the runtime imagines of all observations, offset by offset.
std::vector<std::vector<float>> Imagined(PlayedModel& played,
                                         const Imagining& how) {
  const auto found = played.network().imagination().Find(how.task);
  EXPECT_TRUE(found.ok()) << found.status().message();
  std::vector<std::vector<float>> all(kSteps + 1);
  for (const ObservationSpec& spec : (*found)->observations()) {
    const int64_t size = spec.numbers();
    std::vector<float> frames(static_cast<size_t>((kSteps + 1) * size));
    const Status status = played.beliefs().Imagine(
        0, Actions(played), kSteps, spec.name, frames, how);
    EXPECT_TRUE(status.ok()) << status.message();
    for (int64_t k = 0; k <= kSteps; ++k) {
      all[static_cast<size_t>(k)].insert(all[static_cast<size_t>(k)].end(),
                                         frames.data() + k * size,
                                         frames.data() + (k + 1) * size);
    }
  }
  return all;
}

// How far what is seen lies around each predicted number, by default; less than
// 0 where the number is a probability.
std::vector<double> AroundOf(PlayedModel& played, const std::string& task) {
  const auto found = played.network().imagination().Find(task);
  const bool learned = task == "auxiliary.2.simcore" ||
                       task == "auxiliary.3.simcore";  // latent, conv_draw
  std::vector<double> around;
  for (const ObservationSpec& spec : (*found)->observations()) {
    const double one = spec.kind == ObservationKind::kTiles     ? -1
                       : spec.kind == ObservationKind::kVector  ? 0.1
                       : learned                                ? 0.055
                                                                : 0.1;
    around.insert(around.end(), static_cast<size_t>(spec.numbers()), one);
  }
  return around;
}

void ExpectTheOraclesFrames(PlayedModel& played, size_t loss,
                            const RuntimeOracle::Output& output,
                            bool sampled) {
  SimulatorOracle oracle(played.options(), loss, played.oracle().layers());
  const std::string name =
      "auxiliary." + std::to_string(loss) + ".simcore";
  const auto found =
      Imagined(played, {.task = name,
                        .mode = sampled ? ImagineMode::kSample
                                        : ImagineMode::kMean,
                        .seed = kSeed});
  for (uint64_t k = 0; k <= kSteps; ++k) {
    const Doubles action =
        played.oracle().Inputs(k == 0, played.Action(kNow + k));
    if (k == 0) {
      oracle.Begin(played.oracle().Recurrent(output), action.size());
    } else {
      oracle.Next(action);
    }
    Doubles noise;
    if (sampled) {
      std::vector<float> normals(oracle.noise());
      FillNormals(RandomStream(kSeed, "imagine").At(0, k), normals);
      noise.assign(normals.begin(), normals.end());
    }
    ASSERT_LE(DistanceOf(oracle.Frame(played.oracle().memory(), noise),
                         found[k]),
              5e-5)
        << name << " " << k;
  }
}

TEST(Imagination, ImaginesWhatTheOracleDoes) {
  for (const Kernels* kernels : AvailableKernels()) {
    for (const OracleMemory& memory : AllMemories()) {
      SCOPED_TRACE(std::string(kernels->name) + " " + memory.kind);
      PlayedModel played(Options(memory), kernels);
      RuntimeOracle::Output output;
      for (uint64_t t = 0; t <= kNow; ++t) {
        output = played.StepOracle(t);
        played.Step(played.beliefs(), t);
      }
      // But for the last, which draws nothing.
      for (size_t loss = 1; loss < played.options().simulators.size();
           ++loss) {
        ExpectTheOraclesFrames(played, loss, output, /*sampled=*/false);
        ExpectTheOraclesFrames(played, loss, output, /*sampled=*/true);
      }
    }
  }
}

class SimulatorsTest : public testing::Test {
 protected:
  SimulatorsTest() : played_(Options({.kind = "slots"})) {
    for (uint64_t t = 0; t <= kNow; ++t) played_.Step(played_.beliefs(), t);
  }
  // The message of an attempt by a task.
  std::string Refusal(const std::string& task) {
    return played_.beliefs()
        .Imagine(0, {}, 0, "eye", {}, {.task = task})
        .message();
  }

  PlayedModel played_;
};

TEST_F(SimulatorsTest, SamplesDependOnTheirSeedAndOffsetAlone) {
  constexpr ImagineMode kSample = ImagineMode::kSample;
  const std::string latent = "auxiliary.2.simcore";
  const auto mean = Imagined(played_, {.task = latent});
  const auto one = Imagined(played_, {latent, kSample, 1});
  EXPECT_EQ(Imagined(played_, {latent, kSample, 1}), one);
  const auto other = Imagined(played_, {latent, kSample, 2});
  for (size_t k = 0; k <= kSteps; ++k) {
    EXPECT_NE(one[k], other[k]);
    EXPECT_NE(one[k], mean[k]);
  }
  // Where nothing is drawn a sample is the mean.
  EXPECT_EQ(Imagined(played_, {{}, kSample, 1}), Imagined(played_, {}));
}

// Term by term: the deviation of many samples' numbers, and that of what is
// seen around each, in one variance.
TEST_F(SimulatorsTest, ADeviationIsOfSamplesAndOfWhatIsSeenAroundEach) {
  constexpr int64_t kSamples = 7;
  for (size_t loss = 1; loss <= 5; ++loss) {
    const std::string name =
        "auxiliary." + std::to_string(loss) + ".simcore";
    const auto found =
        Imagined(played_, {name, ImagineMode::kDeviation, kSeed, kSamples});
    std::vector<std::vector<std::vector<float>>> samples;
    for (uint64_t i = 0; i < kSamples; ++i) {
      samples.push_back(
          Imagined(played_, {name, ImagineMode::kSample, kSeed + i}));
    }
    const std::vector<double> around = AroundOf(played_, name);
    for (size_t k = 0; k <= kSteps; ++k) {
      for (size_t i = 0; i < found[k].size(); ++i) {
        double mean = 0;
        double variance = 0;
        for (const auto& sample : samples) mean += sample[k][i] / kSamples;
        for (const auto& sample : samples) {
          const double x = sample[k][i];
          const double seen = around[i] < 0 ? x * (1 - x)
                                            : around[i] * around[i];
          variance += ((x - mean) * (x - mean) + seen) / kSamples;
        }
        ASSERT_NEAR(found[k][i], std::sqrt(variance), 1e-5)
            << name << " offset " << k << " number " << i;
      }
    }
  }
}

TEST_F(SimulatorsTest, RefusesACountOfSamplesThatIsNone) {
  for (const int64_t samples : {0, -3, 4097}) {
    std::vector<float> frame(72);
    EXPECT_THAT(played_.beliefs()
                    .Imagine(0, {}, 0, "eye", frame, {.samples = samples})
                    .message(),
                HasSubstr("imagine: samples: expected 1 to 4096, found"));
  }
}

TEST_F(SimulatorsTest, WhoIsNotToldTheActionsImaginesTheSameWithoutThem) {
  const std::string blind = "auxiliary.3.simcore";
  const size_t numbers = 4 * 6 * 3;
  std::vector<float> frames((kSteps + 1) * numbers);
  std::vector<float> others = frames;
  std::vector<float> actions = Actions(played_);
  ASSERT_TRUE(played_.beliefs()
                  .Imagine(0, actions, kSteps, "eye", frames, {.task = blind})
                  .ok());
  actions[0] = actions[0] == 0 ? 1 : 0;
  ASSERT_TRUE(played_.beliefs()
                  .Imagine(0, actions, kSteps, "eye", others, {.task = blind})
                  .ok());
  EXPECT_EQ(frames, others);
}

TEST_F(SimulatorsTest, TellsWhoImaginesAndWhyOthersDoNot) {
  std::vector<std::string> names;
  std::vector<std::string> reasons;
  for (const auto& task : played_.network().imagination().tasks()) {
    names.push_back(task.name);
    reasons.push_back(task.reason);
  }
  EXPECT_THAT(names, ElementsAre("auxiliary.0.other", "auxiliary.1.simcore",
                                 "auxiliary.2.simcore", "auxiliary.3.simcore",
                                 "auxiliary.4.simcore", "auxiliary.5.simcore",
                                 "auxiliary.6.simcore"));
  EXPECT_THAT(reasons,
              ElementsAre("losses of kind 'other' are not known here", "", "",
                          "", "", "", "decoder 'cpc' draws nothing"));
  EXPECT_EQ(Refusal("auxiliary.6.simcore"),
            "imagine: expected a loss that imagines, found "
            "'auxiliary.6.simcore': decoder 'cpc' draws nothing");
  EXPECT_THAT(Refusal("auxiliary.0.other"), HasSubstr("not known here"));
  EXPECT_THAT(Refusal("auxiliary.9.simcore"),
              HasSubstr("imagine: task 'auxiliary.9.simcore': expected "
                        "'auxiliary.0.other', 'auxiliary.1.simcore'"));
  // The third draws the eye alone.
  EXPECT_THAT(played_.beliefs()
                  .Imagine(0, {}, 0, "view", {},
                           {.task = "auxiliary.3.simcore"})
                  .message(),
              HasSubstr("observation 'view': expected 'eye'"));
}

// --- Models that do not imagine ---

// Both losses have decoders that nothing is known of here.
TEST(Imagination, AModelThatCannotImagineActsAllTheSame) {
  OracleOptions options;
  options.spec = SmallWorld();
  options.memory.kind = "addressed";
  options.probes = {{"real", "map"}};
  options.simulators = {{.decoder = "cpc"}, {.decoder = "own"}};
  PlayedModel played(options);
  for (uint64_t t = 0; t < 3; ++t) played.Step(played.beliefs(), t);
  float map[4];
  EXPECT_TRUE(played.beliefs().Probe(0, "map", map).ok());
  EXPECT_EQ(played.network().simulator(), nullptr);
  const Status status = played.beliefs().Imagine(0, {}, 0, "eye", {});
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "imagine: expected a loss that imagines, found "
            "'auxiliary.0.other': losses of kind 'other' are not known here; "
            "'auxiliary.1.simcore': decoder 'cpc' draws nothing; "
            "'auxiliary.2.simcore': decoder 'own' is not known here");
}

TEST(Imagination, AModelWithoutLossesSaysSo) {
  OracleOptions options;
  options.spec = SmallWorld();
  PlayedModel played(options);
  played.Step(played.beliefs(), 0);
  EXPECT_EQ(played.beliefs().Imagine(0, {}, 0, "eye", {}).message(),
            "imagine: expected a loss that imagines, found none");
  EXPECT_EQ(played.beliefs()
                .Imagine(0, {}, 0, "eye", {}, {.task = "auxiliary.0.simcore"})
                .message(),
            "imagine: task 'auxiliary.0.simcore': expected none: the model has "
            "no losses");
}

// A decoder that is known must fit what it draws.
TEST(Imagination, RefusesADecoderThatDoesNotFit) {
  OracleOptions options = Options({.kind = "none"});
  options.simulators = {options.simulators[2]};
  const TensorFile whole = RandomModel(options).file();
  const std::pair<std::pair<const char*, const char*>, const char*> all[] = {
      {{"\"patch\":2", "\"patch\":3"},
       "'auxiliary.1.simcore': decoder: patch: expected one that divides the "
       "4 x 6 pixels of picture 'eye', found 3"},
      {{"[\"eye\"]", "[\"view\"]"},
       "'auxiliary.1.simcore': observations: expected one picture, which the "
       "generator draws, found 'view'"},
      {{"[\"eye\"]", "[\"ear\"]"},
       "metadata 'auxiliary'[1]: observations: expected some of 'eye', 'view', "
       "'speed', found 'ear'"},
      {{"\"latents\":3", "\"latents\":300"},
       "metadata 'auxiliary'[1]: decoder: latents: expected 1 to 256, found "
       "300"},
      {{"\"latents\":3", "\"latents\":4"},
       "tensor 'auxiliary.1.simcore.decoder.gates.weight': expected F32 [16, "
       "3, 3, 8], found F32 [16, 3, 3, 7]"}};
  for (const auto& [change, message] : all) {
    TensorFile file = whole;
    std::string& text = file.metadata[kModelAuxiliary];
    text.replace(text.find(change.first), std::string(change.first).size(),
                 change.second);
    const std::string bytes = SerializeTensorFile(file);
    const auto network =
        Network::Load(std::as_bytes(std::span(bytes)), "place",
                      Allocator::Default(), nullptr);
    ASSERT_FALSE(network.ok()) << message;
    EXPECT_EQ(network.status().message(), std::string("place: ") + message);
  }
}

}  // namespace
}  // namespace credo::runtime
