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
#include <torch/torch.h>

#include <memory>
#include <ostream>
#include <string>
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
    made->model = part.make(*options, made->parameters, "task.decoder", kInputs,
                            GetParam().observations);
    made->parameters.Allocate(seed, type);
    return made;
  }

  static at::Tensor States() { return RandomLeaf({kFrames, kInputs}, 1); }
  static FrameTargets Targets() {
    return {RandomObservations(GetParam().observations, {kFrames}, 2),
            RandomLeaf({kFrames, kEncoding}, 3).detach()};
  }
  static FrameTargets Chosen(const FrameTargets& targets,
                             const at::Tensor& rows) {
    return {Mapped(targets.observations,
                   [&](const at::Tensor& x) {
                     return x.index_select(0, rows);
                   }),
            targets.encodings.index_select(0, rows)};
  }

  // What an optimiser lowers.
  static at::Tensor Total(const FrameModel& model, const at::Tensor& states,
                          const FrameTargets& targets) {
    const FrameLoss loss = model.Loss(states, targets);
    at::Tensor total = loss.nats.mean();
    for (const NamedLoss& other : loss.losses) total = total + other.value;
    return total;
  }
  static void Train(Made& made, const FrameTargets& targets, int steps) {
    Adam adam(made.parameters.size(), {}, at::kDouble);
    for (int step = 0; step < steps; ++step) {
      made.parameters.ZeroGradients();
      Total(*made.model, States().detach(), targets).backward();
      adam.Update(0.05, made.parameters.gradients(),
                  made.parameters.values());
    }
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FrameModelConformance);

TEST_P(FrameModelConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "task.decoder");
}

TEST_P(FrameModelConformance, ScoresEachFrame) {
  const FrameLoss loss = Make()->model->Loss(States(), Targets());
  EXPECT_EQ(loss.nats.sizes(), at::IntArrayRef({kFrames}));
  ExpectFinite(loss.nats);
  ExpectNamedScalars(loss.losses);
}

TEST_P(FrameModelConformance, IsAFunctionOfItsInputs) {
  const auto made = Make();
  const at::Tensor once = made->model->Loss(States(), Targets()).nats;
  ExpectEqualBits(made->model->Loss(States(), Targets()).nats, once);
}

TEST_P(FrameModelConformance, FramesDoNotMeet) {
  const auto made = Make();
  const at::Tensor states = States();
  const FrameTargets targets = Targets();
  const at::Tensor all = made->model->Loss(states, targets).nats;
  for (int64_t row = 0; row < kFrames; ++row) {
    const at::Tensor alone = torch::tensor({row}, at::kLong);
    ExpectClose(made->model
                    ->Loss(states.index_select(0, alone),
                           Chosen(targets, alone))
                    .nats[0],
                all[row], 1e-9);
  }
}

TEST_P(FrameModelConformance, DecodesFramesOfTheirKinds) {
  const auto made = Make();
  if (!made->model->Decodes()) GTEST_SKIP() << "it scores without decoding";
  const NamedTensors frames = made->model->Decode(States());
  ASSERT_EQ(frames.size(), GetParam().observations.size());
  for (const ObservationSpec& spec : GetParam().observations) {
    const at::Tensor& frame = frames[spec.name];
    std::vector<int64_t> shape = {kFrames};
    shape.insert(shape.end(), spec.shape.begin(), spec.shape.end());
    if (spec.kind == ObservationKind::kTiles) {
      shape.push_back(spec.categories());
      const at::Tensor sums = frame.sum(-1);
      ExpectClose(sums, torch::ones_like(sums), 1e-5);
    }
    EXPECT_EQ(frame.sizes(), at::IntArrayRef(shape)) << spec.name;
    ExpectFinite(frame);
    if (spec.kind == ObservationKind::kVector) continue;
    EXPECT_GE(frame.min().item<double>(), 0) << spec.name;
    EXPECT_LE(frame.max().item<double>(), 1) << spec.name;
  }
}

TEST_P(FrameModelConformance, GradientsAreRight) {
  const auto made = Make();
  const at::Tensor states = States();
  const FrameTargets targets = Targets();
  ExpectGradientsMatchDifferences(
      [&] {
        const FrameLoss loss = made->model->Loss(states, targets);
        std::vector<at::Tensor> outputs = {loss.nats};
        for (const NamedLoss& other : loss.losses) {
          outputs.push_back(other.value);
        }
        return outputs;
      },
      VariablesOf({{"states", states}}, made->parameters),
      DifferenceOptions::Kinked());
}

TEST_P(FrameModelConformance, TrainingLowersItsLoss) {
  const auto made = Make();
  const auto total = [&] {
    return Total(*made->model, States(), Targets()).item<double>();
  };
  const double before = total();
  Train(*made, Targets(), 50);
  EXPECT_LT(total(), before);
}

TEST_P(FrameModelConformance, LearnsAFrameThatIsAlwaysTheSame) {
  const auto made = Make();
  const FrameTargets same =
      Chosen(Targets(), torch::zeros({kFrames}, at::kLong));
  Train(*made, same, 300);
  if (!made->model->Decodes()) GTEST_SKIP() << "it scores without decoding";
  const NamedTensors frames = made->model->Decode(States());
  for (const ObservationSpec& spec : GetParam().observations) {
    const at::Tensor& truth = same.observations[spec.name];
    const at::Tensor& frame = frames[spec.name];
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
  FrameTargets targets = Targets();
  const at::Tensor expected = exact->model->Loss(States(), targets).nats;
  targets.encodings = targets.encodings.to(at::kFloat);
  const at::Tensor found =
      made->model->Loss(States().to(at::kFloat), targets).nats;
  ExpectClose(found / expected, torch::ones_like(expected), 1e-4);
}

TEST_P(FrameModelConformance, GoesOnFromWhatWasSaved) {
  const auto saved = Make(1);
  Train(*saved, Targets(), 3);
  const auto loaded = Make(2);
  PassThroughFile(saved->parameters, loaded->parameters);
  TensorFile file;
  saved->model->Save("decoder.", file);
  const Status status = loaded->model->Load("decoder.", file);
  ASSERT_TRUE(status.ok()) << status.message();
  ExpectEqualBits(loaded->model->Loss(States(), Targets()).nats,
                  saved->model->Loss(States(), Targets()).nats);
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_FRAME_MODEL_CONFORMANCE_H_
