// What the runtime computes is what the trainer computed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>

#include "agents/runs/imagination.h"
#include "sdk/runtime/beliefs.h"
#include "tests/agents/runtime_parity.h"

namespace credo {
namespace {

class RuntimeParityTest : public testing::TestWithParam<ParityCase> {};

TEST_P(RuntimeParityTest, HasTheTrainersLayout) {
  const Parity parity(GetParam(), 1, 2);
  EXPECT_EQ(parity.network().core().layout().hash(),
            parity.experiment.agent().core().layout().hash());
  EXPECT_EQ(parity.network().core().recurrent_size(),
            parity.experiment.agent().core().recurrent_size());
}

TEST_P(RuntimeParityTest, TicksFromTheTrainersState) {
  for (const runtime::Kernels* kernels : runtime::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    Parity parity(GetParam(), 3, 24, kernels);
    for (int64_t i = 0; i < 3; ++i) {
      ExpectTicksNear(parity, parity.experiment.Act());
    }
  }
}

// The trainer has the weights that the whole numbers stand for.
TEST_P(RuntimeParityTest, TicksWithWeightsOf8Bits) {
  for (const runtime::Kernels* kernels : runtime::AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    Parity parity(GetParam(), 3, 24, kernels, /*int8=*/true);
    ExpectTicksNear(parity, parity.experiment.Act());
  }
}

// Feeds record t of the unroll to every row and steps.
void StepAll(const Parity& parity, const Unroll& unroll, int64_t t,
             runtime::Beliefs& beliefs, std::span<const int32_t> rows) {
  for (const int32_t row : rows) {
    for (const ObservationSpec& spec : parity.network().observations()) {
      const auto* bytes =
          static_cast<const std::byte*>(
              unroll.observations[spec.name][t].const_data_ptr()) +
          row * spec.bytes();
      ThrowUnlessOk(beliefs.Observe(
          row, spec.name, {bytes, static_cast<size_t>(spec.bytes())}));
    }
    if (unroll.masks.defined()) {
      const int64_t size = unroll.masks.size(2);
      ThrowUnlessOk(beliefs.SetMask(
          row, {unroll.masks.const_data_ptr<uint8_t>() +
                    (t * unroll.columns + row) * size,
                static_cast<size_t>(size)}));
    }
    ThrowUnlessOk(
        beliefs.Reward(row, unroll.rewards[t][row].item<float>()));
    const Kind kind = unroll.kind(t, row);
    if (IsLast(kind)) ThrowUnlessOk(beliefs.End(row, kind));
  }
  ThrowUnlessOk(beliefs.Step(rows, 0));
}

// 1,008 ticks without a look at the trainer: beliefs stay near and the actions
// that are drawn are the same.
TEST_P(RuntimeParityTest, StaysNearAndDrawsTheSameActionsOnItsOwn) {
  constexpr int64_t kRows = 3;
  Parity parity(GetParam(), 5, kRows);
  auto made = runtime::Beliefs::Make(*parity.agent, kRows, /*seed=*/5);
  ThrowUnlessOk(made.status());
  runtime::Beliefs& beliefs = **made;
  const std::vector<int32_t> rows = {0, 1, 2};
  const ActionDistribution& distribution = parity.network().distribution();
  std::vector<float> belief(parity.network().core().belief_size());
  double furthest = 0;
  int64_t drawn = 0;
  int64_t different = 0;
  for (int64_t u = 0; u < 63; ++u) {
    const Unroll& unroll = parity.experiment.Act();
    const Beliefs trained =
        ReadBeliefs(parity.experiment.agent(), unroll, unroll.state,
                    parity.experiment.options().learner.reward_clip);
    for (int64_t t = 0; t < unroll.steps; ++t) {
      StepAll(parity, unroll, t, beliefs, rows);
      for (const int32_t row : rows) {
        ThrowUnlessOk(beliefs.Belief(row, belief));
        const at::Tensor expected = trained.beliefs[t].contiguous();
        const double distance = Distance(RowOf(expected, row), belief.data());
        furthest = std::max(furthest, distance);
        ASSERT_LE(distance, kFree) << "record " << u * unroll.steps + t;
        if (IsLast(unroll.kind(t, row))) continue;
        const at::Tensor world = unroll.actions[t + 1][row].clone();
        distribution.ToWorld(RowOf(world.unsqueeze(0), 0),
                             {world.data_ptr<float>(),
                              static_cast<size_t>(world.numel())});
        int64_t word = 0;
        for (const ActionField& field : distribution.spec().fields) {
          std::vector<float> values(static_cast<size_t>(field.words()));
          ThrowUnlessOk(beliefs.Action(row, field.name, values));
          for (const float value : values) {
            different += std::abs(value - world[word++].item<float>()) > 1e-3;
            ++drawn;
          }
        }
      }
      // A draw within rounding of a boundary may fall to the other side, and
      // with it all that follows; none does here.
      ASSERT_EQ(different, 0) << "record " << u * unroll.steps + t;
    }
  }
  EXPECT_GT(drawn, 2500);
  std::printf("%s: 1,008 free ticks end within %.1e of scale\n",
              GetParam().name.c_str(), furthest);
}

// Every mode: latents at the means of their priors, drawn under one seed, and
// how far many draws lie apart.
TEST_P(RuntimeParityTest, ImaginesWhatTheTrainerImagines) {
  constexpr int64_t kSteps = 5;
  constexpr uint64_t kSeed = 77;
  Parity parity(GetParam(), 7, 2);
  auto made = runtime::Beliefs::Make(*parity.agent, 2, 5);
  ThrowUnlessOk(made.status());
  const Unroll& unroll = parity.experiment.Act();
  const std::vector<int32_t> rows = {0, 1};
  const Beliefs trained =
      ReadBeliefs(parity.experiment.agent(), unroll, unroll.state, 1);
  const AuxiliaryTask* task = ImaginingTask(parity.experiment.learner());
  ASSERT_NE(task, nullptr);
  StepAll(parity, unroll, 0, **made, rows);
  const ActionDistribution& distribution = parity.network().distribution();
  const int64_t words = distribution.words();
  std::vector<float> actions;
  for (int64_t k = 1; k <= kSteps; ++k) {
    std::vector<float> world(static_cast<size_t>(words));
    const at::Tensor taken = unroll.actions[k].contiguous();
    distribution.ToWorld(RowOf(taken, 1), world);
    actions.insert(actions.end(), world.begin(), world.end());
  }
  const auto imagine = [&](std::optional<uint64_t> seed) {
    return Imagine(parity.experiment.agent(), *task, unroll, trained, 0, 1,
                   kSteps, seed)
        .frames;
  };
  runtime::Imagining how = {.seed = kSeed, .samples = 5};
  using Mode = runtime::ImagineMode;
  const std::pair<Mode, NamedTensors> modes[] = {
      {Mode::kMean, imagine(std::nullopt)},
      {Mode::kSample, imagine(kSeed)},
      {Mode::kDeviation,
       ImagineSamples(parity.experiment.agent(), *task, unroll, trained, 0, 1,
                      kSteps, kSeed, how.samples)
           .deviation}};
  for (const auto& [mode, expected] : modes) {
    how.mode = mode;
    for (const ObservationSpec& spec :
         parity.network().simulator()->observations()) {
      std::vector<float> frames(
          static_cast<size_t>((kSteps + 1) * spec.numbers()));
      const Status status =
          (*made)->Imagine(1, actions, kSteps, spec.name, frames, how);
      ASSERT_TRUE(status.ok()) << status.message();
      const at::Tensor frame = expected[spec.name].contiguous();
      for (int64_t k = 0; k <= kSteps; ++k) {
        EXPECT_LE(Distance(RowOf(frame, k),
                           frames.data() + k * spec.numbers()),
                  kImagined)
            << spec.name << " offset " << k << " mode "
            << static_cast<int>(mode);
      }
    }
  }
}

// Probes, flat and by query, read what the trainer's read.
TEST(RuntimeProbes, ReadWhatTheTrainersRead) {
  for (const std::string reader : {"flat", "query"}) {
    for (const std::string memory : {"addressed", "slots", "kanerva"}) {
      SCOPED_TRACE(reader + " " + memory);
      Experiment experiment(
          "world: {kind: grid}\nactions: scripted\n"
          "agent: {core: {kind: lstm, size: 9, show_memory: false, memory: "
          "{kind: " +
          memory +
          "}}}\nprobes: [{kind: cells, target: map}, {kind: class, target: "
          "pose.cell}]\nprobing: {hidden: [12, 8], reader: " +
          reader + "}\nlearner: {unroll: 6, batch: 2}\n");
      const std::string model = experiment.Model(/*frames=*/0);
      auto agent = runtime::Agent::Load(std::as_bytes(std::span(model)),
                                        "memory", {});
      ThrowUnlessOk(agent.status());
      auto beliefs = runtime::Beliefs::Make(**agent, 2, 1);
      ThrowUnlessOk(beliefs.status());
      const Unroll& unroll = experiment.Act();
      const Beliefs trained =
          ReadBeliefs(experiment.agent(), unroll, unroll.state, 1);
      torch::NoGradGuard no_grad;
      const ProbeNet& probes = *experiment.learner().probes();
      for (int64_t row = 0; row < 2; ++row) {
        const auto* bytes = static_cast<const std::byte*>(
            unroll.observations["view"][0][row].const_data_ptr());
        ThrowUnlessOk((*beliefs)->Observe(
            row, "view",
            {bytes, static_cast<size_t>(
                        unroll.observations["view"][0][row].numel())}));
      }
      const std::vector<int32_t> rows = {0, 1};
      ThrowUnlessOk((*beliefs)->Step(rows, 0));
      const std::vector<at::Tensor> predicted =
          probes.Predict({trained.beliefs[0], trained.memory[0]});
      for (size_t h = 0; h < probes.heads().size(); ++h) {
        const ObservationSpec& target = probes.heads()[h]->target();
        const at::Tensor expected = at::softmax(
            predicted[h].view({2, -1, target.categories()}), -1);
        for (int64_t row = 0; row < 2; ++row) {
          std::vector<float> found(
              static_cast<size_t>(target.numbers()));
          ThrowUnlessOk((*beliefs)->Probe(row, target.name, found));
          EXPECT_LE(Distance(RowOf(expected.contiguous(), row), found.data()),
                    kTick)
              << target.name;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Listed, RuntimeParityTest,
                         testing::ValuesIn(ParityCases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credo
