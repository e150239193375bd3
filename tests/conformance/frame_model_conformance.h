// What every frame model owes, as tests: for the listed models and for a host's
// own.
//
//   #include "tests/conformance/frame_model_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(
//       Mine, FrameModelConformance,
//       testing::Values(FrameModelCase{"mine", MyModel()}),
//       FrameModelCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_FRAME_MODEL_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_FRAME_MODEL_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/tensor/adam.h"
#include "simcore/frame_model.h"
#include "tests/conformance/network_checks.h"

namespace credo {

struct FrameModelCase {
  std::string name;  // letters, digits and "_"
  FrameModelPart part;
  std::string options = "{}";  // YAML
  std::vector<ObservationSpec> observations = ObservationsOfEachKind();

  static std::string Name(const testing::TestParamInfo<FrameModelCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const FrameModelCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// Everything in double precision unless a test says otherwise.
class FrameModelConformance : public testing::TestWithParam<FrameModelCase> {
 protected:
  static constexpr int64_t kFrames = 5;
  static constexpr int64_t kColumns = 2;
  static constexpr int64_t kRecords = 6;  // of each column
  static constexpr int64_t kCandidates = kColumns * kRecords;
  static constexpr int64_t kInputs = 6;
  static constexpr int64_t kEncoding = 4;

  struct Made {
    Parameters parameters;
    std::unique_ptr<FrameModel> model;
  };

  static std::unique_ptr<Made> Make(uint64_t seed = 1,
                                    at::ScalarType type = at::kDouble) {
    const FrameModelPart& part = GetParam().part;
    auto made = std::make_unique<Made>();
    const auto options = PartOptions(part.info, GetParam().options);
    auto model = part.make(
        *options, made->parameters,
        {"task.decoder", kInputs, kEncoding, GetParam().observations});
    if (!model.ok()) throw std::invalid_argument(model.status().message());
    made->model = *std::move(model);
    made->parameters.Allocate(seed, type);
    return made;
  }

  // What Loss is told.
  struct Inputs {
    at::Tensor states;
    FrameTargets targets;
    at::Tensor noise;
  };

  // All records of two columns; in the second one an episode ends.
  static Candidates AllRecords(const at::Tensor& encodings) {
    Candidates all;
    all.observations =
        RandomObservations(GetParam().observations, {kCandidates}, 2);
    all.encodings = encodings;
    std::vector<FrameId> ids;
    for (int64_t t = 0; t < kRecords; ++t) {
      for (int64_t b = 0; b < kColumns; ++b) {
        ids.push_back({b, t, b == 1 && t >= 3 ? 1 : 0});
      }
    }
    all.ids = FrameIds(ids);
    return all;
  }
  static FrameTargets FramesAt(const std::vector<int64_t>& places,
                               const std::vector<double>& weights,
                               Candidates candidates) {
    FrameTargets targets;
    targets.places = torch::tensor(places, at::kLong);
    targets.weights = torch::tensor(weights, at::kDouble);
    targets.observations =
        Mapped(candidates.observations, [&](const at::Tensor& x) {
          return x.index_select(0, targets.places);
        });
    targets.encodings =
        candidates.encodings.index_select(0, targets.places);
    targets.ids = candidates.ids.index_select(0, targets.places);
    targets.candidates = std::move(candidates);
    return targets;
  }
  static FrameTargets Targets(const at::Tensor& encodings) {
    return FramesAt({7, 2, 10, 4, 9}, {0.1, 0.3, 0.2, 0.15, 0.25},
                    AllRecords(encodings));
  }
  static at::Tensor Encodings() {
    return RandomLeaf({kCandidates, kEncoding}, 3);
  }
  static at::Tensor Noise(const FrameModel& model, int64_t seed = 5) {
    if (model.noise() == 0) return {};
    return RandomLeaf({kFrames, model.noise()}, seed).detach();
  }
  static Inputs RandomInputs(const FrameModel& model) {
    return {RandomLeaf({kFrames, kInputs}, 1), Targets(Encodings().detach()),
            Noise(model)};
  }
  static FrameLoss LossOf(const FrameModel& model, const Inputs& in) {
    return model.Loss(in.states, in.targets, in.noise);
  }

  // The frames of these rows.
  static Inputs Chosen(const Inputs& in, const std::vector<int64_t>& rows) {
    const at::Tensor chosen = torch::tensor(rows, at::kLong);
    Inputs out = in;
    out.states = in.states.index_select(0, chosen);
    if (in.noise.defined()) out.noise = in.noise.index_select(0, chosen);
    out.targets.observations =
        Mapped(in.targets.observations, [&](const at::Tensor& x) {
          return x.index_select(0, chosen);
        });
    out.targets.encodings = in.targets.encodings.index_select(0, chosen);
    out.targets.weights = in.targets.weights.index_select(0, chosen);
    out.targets.places = in.targets.places.index_select(0, chosen);
    out.targets.ids = in.targets.ids.index_select(0, chosen);
    return out;
  }

  static std::vector<double> ProgressOf(const FrameModel& model) {
    std::vector<double> values;
    for (const Metric& metric : model.Progress().Read()) {
      values.push_back(metric.value);
    }
    return values;
  }

  // Updates as a learner does them, each with noise of its own.
  static void Train(Made& made, Inputs in, int steps) {
    Adam adam(made.parameters.size(), {}, at::kDouble);
    for (int step = 0; step < steps; ++step) {
      made.parameters.ZeroGradients();
      in.noise = Noise(*made.model, 1000 + step);
      const FrameLoss loss = LossOf(*made.model, in);
      (loss.loss * in.targets.weights).sum().backward();
      adam.Update(0.05, made.parameters.gradients(),
                  made.parameters.values());
      made.model->Learned(loss);
    }
  }

  // Frames as they are shown, of the right sizes and within their ranges.
  static void ExpectFrames(const DecodedFrames& decoded) {
    ASSERT_EQ(decoded.frames.size(), GetParam().observations.size());
    ASSERT_EQ(decoded.deviations.size(), GetParam().observations.size());
    for (const ObservationSpec& spec : GetParam().observations) {
      const at::Tensor& frame = decoded.frames[spec.name];
      std::vector<int64_t> shape = {kFrames};
      shape.insert(shape.end(), spec.shape.begin(), spec.shape.end());
      if (spec.kind == ObservationKind::kTiles) {
        shape.push_back(spec.categories());
        const at::Tensor sums = frame.sum(-1);
        ExpectClose(sums, torch::ones_like(sums), 1e-5);
      }
      EXPECT_EQ(frame.sizes(), at::IntArrayRef(shape)) << spec.name;
      ExpectFinite(frame);
      const at::Tensor& deviation = decoded.deviations[spec.name];
      EXPECT_EQ(deviation.sizes(), frame.sizes()) << spec.name;
      ExpectFinite(deviation);
      EXPECT_GE(deviation.min().item<double>(), 0) << spec.name;
      if (spec.kind == ObservationKind::kVector) continue;
      EXPECT_GE(frame.min().item<double>(), 0) << spec.name;
      EXPECT_LE(frame.max().item<double>(), 1) << spec.name;
    }
  }
  static bool EqualFrames(const DecodedFrames& a, const DecodedFrames& b) {
    for (const auto& [name, frame] : a.frames) {
      if (!at::equal(frame, b.frames[name])) return false;
    }
    return true;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FrameModelConformance);

TEST_P(FrameModelConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "task.decoder");
}

TEST_P(FrameModelConformance, ScoresEachFrame) {
  const auto made = Make();
  const FrameLoss loss = LossOf(*made->model, RandomInputs(*made->model));
  EXPECT_EQ(loss.loss.sizes(), at::IntArrayRef({kFrames}));
  EXPECT_EQ(loss.nats.sizes(), at::IntArrayRef({kFrames}));
  ExpectFinite(loss.loss);
  ExpectFinite(loss.nats);
  EXPECT_FALSE(loss.nats.requires_grad());
  if (!loss.constraint.defined()) return;
  EXPECT_EQ(loss.constraint.dim(), 0);
  EXPECT_FALSE(loss.constraint.requires_grad());
  ExpectFinite(loss.constraint);
}

TEST_P(FrameModelConformance, TellsNumbersUnderNamesOfTheirOwn) {
  const auto made = Make();
  // Those that the task has for itself.
  std::set<std::string> names = {"error", "gap"};
  for (const FrameNumber& number :
       LossOf(*made->model, RandomInputs(*made->model)).numbers) {
    EXPECT_EQ(number.value.sizes(), at::IntArrayRef({kFrames})) << number.name;
    EXPECT_FALSE(number.value.requires_grad()) << number.name;
    ExpectFinite(number.value);
    EXPECT_TRUE(names.insert(number.name).second) << number.name;
  }
  for (const Metric& metric : made->model->Progress().Read()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
  }
}

TEST_P(FrameModelConformance, ScoringChangesNothing) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->model);
  const std::vector<double> progress = ProgressOf(*made->model);
  const FrameLoss once = LossOf(*made->model, in);
  EXPECT_EQ(ProgressOf(*made->model), progress);
  {
    // As for a log.
    torch::NoGradGuard no_grad;
    ExpectEqualBits(LossOf(*made->model, in).nats, once.nats);
  }
  const FrameLoss again = LossOf(*made->model, in);
  ExpectEqualBits(again.loss, once.loss);
  ExpectEqualBits(again.nats, once.nats);
  EXPECT_EQ(ProgressOf(*made->model), progress);
}

TEST_P(FrameModelConformance, LearnedMovesWhatIsBesideTheParameters) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->model);
  const at::Tensor parameters = made->parameters.values().clone();
  const std::vector<double> progress = ProgressOf(*made->model);
  const FrameLoss before = LossOf(*made->model, in);
  made->model->Learned(before);
  ExpectEqualBits(made->parameters.values(), parameters);
  EXPECT_EQ(ProgressOf(*made->model).size(), progress.size());
  EXPECT_EQ(ProgressOf(*made->model) == progress, progress.empty());
  const FrameLoss after = LossOf(*made->model, in);
  ExpectEqualBits(after.nats, before.nats);
  if (progress.empty()) ExpectEqualBits(after.loss, before.loss);
}

TEST_P(FrameModelConformance, FramesDoNotMeet) {
  const auto made = Make();
  if (made->model->couples_frames()) GTEST_SKIP() << "they do";
  const Inputs in = RandomInputs(*made->model);
  const FrameLoss all = LossOf(*made->model, in);
  for (int64_t row = 0; row < kFrames; ++row) {
    const FrameLoss alone = LossOf(*made->model, Chosen(in, {row}));
    ExpectClose(alone.loss[0], all.loss[row], 1e-9);
    ExpectClose(alone.nats[0] / all.nats[row], torch::ones({}), 1e-9);
  }
}

TEST_P(FrameModelConformance, TheOrderOfFramesDoesNotMatter) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->model);
  const std::vector<int64_t> order = {3, 0, 4, 1, 2};
  ExpectClose(LossOf(*made->model, Chosen(in, order)).loss,
              LossOf(*made->model, in)
                  .loss.index_select(0, torch::tensor(order, at::kLong)),
              1e-9);
}

TEST_P(FrameModelConformance, TheOrderOfCandidatesDoesNotMatter) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->model);
  Inputs turned = in;
  Candidates& candidates = turned.targets.candidates;
  candidates.observations =
      Mapped(candidates.observations,
             [](const at::Tensor& x) { return x.flip(0); });
  candidates.encodings = candidates.encodings.flip(0);
  candidates.ids = candidates.ids.flip(0);
  turned.targets.places = kCandidates - 1 - turned.targets.places;
  ExpectClose(LossOf(*made->model, turned).loss, LossOf(*made->model, in).loss,
              1e-9);
}

TEST_P(FrameModelConformance, DrawsOutOfItsNoise) {
  const auto made = Make();
  if (made->model->noise() == 0) GTEST_SKIP() << "it draws nothing";
  Inputs in = RandomInputs(*made->model);
  const at::Tensor once = LossOf(*made->model, in).loss;
  in.noise = Noise(*made->model, 6);
  EXPECT_TRUE(
      LossOf(*made->model, in).loss.ne(once).all().item<bool>());
}

TEST_P(FrameModelConformance, DecodesFramesOfTheirKinds) {
  const auto made = Make();
  const FrameModel& model = *made->model;
  const at::Tensor states = RandomInputs(model).states;
  if (!model.Decodes()) {
    EXPECT_ANY_THROW((void)model.Decode(states, {}));
    return;
  }
  ExpectFrames(model.Decode(states, {}));
  ExpectFrames(model.Decode(states, Noise(model)));
}

TEST_P(FrameModelConformance, DecodesOutOfItsNoise) {
  const auto made = Make();
  const FrameModel& model = *made->model;
  if (!model.Decodes()) GTEST_SKIP() << "it scores without decoding";
  const at::Tensor states = RandomInputs(model).states;
  const DecodedFrames frames = model.Decode(states, Noise(model));
  EXPECT_TRUE(EqualFrames(model.Decode(states, Noise(model)), frames));
  EXPECT_TRUE(EqualFrames(model.Decode(states, {}), model.Decode(states, {})));
  const bool draws = model.noise() > 0;
  EXPECT_EQ(EqualFrames(model.Decode(states, Noise(model, 6)), frames),
            !draws);
  EXPECT_EQ(EqualFrames(model.Decode(states, {}), frames), !draws);
}

TEST_P(FrameModelConformance, GradientsAreRight) {
  const auto made = Make();
  const at::Tensor encodings = Encodings();
  Inputs in = RandomInputs(*made->model);
  ExpectGradientsMatchDifferences(
      [&] {
        in.targets = Targets(encodings);
        return std::vector<at::Tensor>{LossOf(*made->model, in).loss};
      },
      VariablesOf({{"states", in.states}, {"encodings", encodings}},
                  made->parameters),
      DifferenceOptions::Kinked());
}

TEST_P(FrameModelConformance, TrainingLowersItsLoss) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->model);
  const double before = LossOf(*made->model, in).loss.mean().item<double>();
  Train(*made, in, 50);
  EXPECT_LT(LossOf(*made->model, in).loss.mean().item<double>(), before);
}

TEST_P(FrameModelConformance, LearnsAFrameThatIsAlwaysTheSame) {
  const auto made = Make();
  if (!made->model->Decodes()) GTEST_SKIP() << "it scores without decoding";
  Inputs same = Chosen(RandomInputs(*made->model), {0, 0, 0, 0, 0});
  same.states = RandomInputs(*made->model).states.detach();
  same.targets.weights.fill_(1.0 / kFrames);
  // Before 250 the errors of some still swing by more than the room below.
  Train(*made, same, 300);
  const DecodedFrames decoded = made->model->Decode(same.states, {});
  for (const ObservationSpec& spec : GetParam().observations) {
    const at::Tensor& truth = same.targets.observations[spec.name];
    const at::Tensor& frame = decoded.frames[spec.name];
    double error = 0;
    switch (spec.kind) {
      case ObservationKind::kPicture:
        error = (frame - truth.to(at::kDouble) / 255).abs().mean()
                    .item<double>();
        break;
      case ObservationKind::kTiles:
        error = 1 - frame.gather(-1, truth.to(at::kLong).unsqueeze(-1))
                        .mean()
                        .item<double>();
        break;
      case ObservationKind::kVector:
        error = (frame - truth).abs().mean().item<double>();
        break;
    }
    EXPECT_LT(error, 0.2) << spec.name;
  }
}

TEST_P(FrameModelConformance, SinglePrecisionAgreesWithDouble) {
  const auto exact = Make(1, at::kDouble);
  const auto made = Make(1, at::kFloat);
  Inputs in = RandomInputs(*exact->model);
  const FrameLoss expected = LossOf(*exact->model, in);
  in.states = in.states.to(at::kFloat);
  if (in.noise.defined()) in.noise = in.noise.to(at::kFloat);
  FrameTargets& targets = in.targets;
  targets.weights = targets.weights.to(at::kFloat);
  targets.encodings = targets.encodings.to(at::kFloat);
  targets.candidates.encodings = targets.candidates.encodings.to(at::kFloat);
  const FrameLoss found = LossOf(*made->model, in);
  EXPECT_EQ(found.loss.scalar_type(), at::kFloat);
  const at::Tensor ones = torch::ones_like(expected.loss);
  ExpectClose(found.loss / expected.loss, ones, 1e-4);
  ExpectClose(found.nats / expected.nats, ones, 1e-4);
}

TEST_P(FrameModelConformance, GoesOnFromWhatWasSaved) {
  const auto saved = Make(1);
  const Inputs in = RandomInputs(*saved->model);
  Train(*saved, in, 3);
  const auto loaded = Make(2);
  PassThroughFile(saved->parameters, loaded->parameters);
  TensorFile file;
  saved->model->Save("decoder.", file);
  const Status status = loaded->model->Load("decoder.", file);
  ASSERT_TRUE(status.ok()) << status.message();
  for (int more = 0; more < 2; ++more) {
    ExpectEqualBits(LossOf(*loaded->model, in).loss,
                    LossOf(*saved->model, in).loss);
    EXPECT_EQ(ProgressOf(*loaded->model), ProgressOf(*saved->model));
    Train(*saved, in, 2);
    Train(*loaded, in, 2);
  }
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_FRAME_MODEL_CONFORMANCE_H_
