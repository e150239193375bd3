// What the runtime computes is what the trainer computed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "agents/imagination.h"
#include "sdk/runtime/beliefs.h"
#include "tests/agents/runtime_parity.h"

namespace credo {
namespace {

// Bounds, of scale: of one tick, of 1,000 on its own, and of the gap between the
// two best choices from which on the best one is the same.
constexpr double kTick = 1e-5;
constexpr double kFree = 1e-4;
constexpr double kGap = 2e-5;

class RuntimeParityTest : public testing::TestWithParam<ParityCase> {};

// The records of one step as the runtime takes them.
struct StepInput {
  std::vector<const std::byte*> observed;
  at::Tensor actions;
  std::vector<float> rewards;
};

StepInput InputAt(const Parity& parity, const Unroll& unroll,
                  const CoreInput& core, int64_t t, double) {
  StepInput input;
  const int64_t columns = unroll.columns;
  for (int64_t b = 0; b < columns; ++b) {
    for (const ObservationSpec& spec : parity.network().observations()) {
      input.observed.push_back(
          static_cast<const std::byte*>(
              unroll.observations[spec.name][t].const_data_ptr()) +
          b * spec.bytes());
    }
    const bool first = unroll.kind(t, b) == Kind::kFirst;
    input.rewards.push_back(
        first ? 0 : unroll.rewards[t][b].item<float>());
  }
  input.actions = core.actions[t].contiguous();
  return input;
}

// The share of argmaxes that differ although the two best are further apart
// than rounding.
int64_t WrongArgmaxes(const ActionDistribution& distribution,
                      std::span<const float> expected, const float* found) {
  int64_t wrong = 0;
  size_t at = 0;
  for (const ActionField& field : distribution.spec().fields) {
    if (field.kind == ActionField::Kind::kContinuous) {
      at += 2 * static_cast<size_t>(field.dimensions);
      continue;
    }
    for (const int64_t choices : field.choices) {
      const auto logits = expected.subspan(at, static_cast<size_t>(choices));
      const auto best = std::ranges::max_element(logits) - logits.begin();
      float second = -std::numeric_limits<float>::infinity();
      float scale = 1;
      for (int64_t i = 0; i < choices; ++i) {
        scale = std::max(scale, std::abs(logits[i]));
        if (i != best) second = std::max(second, logits[i]);
      }
      const auto other = std::max_element(found + at, found + at + choices) -
                         (found + at);
      wrong += other != best && logits[best] - second > kGap * scale;
      at += static_cast<size_t>(choices);
    }
  }
  return wrong;
}

// One tick of every column from the trainer's own state, over one unroll.
// Returns the ticks.
int64_t ExpectTicksNear(Parity& parity, const Unroll& unroll) {
  torch::NoGradGuard no_grad;
  const Agent& agent = parity.experiment.agent();
  const runtime::Network& network = parity.network();
  const double clip = parity.experiment.options().learner.reward_clip;
  const CoreInput whole = MakeCoreInput(agent, unroll, unroll.kinds_list(),
                                        agent.Encode(unroll.observations),
                                        clip);
  const int64_t columns = unroll.columns;
  const int64_t belief = network.core().belief_size();
  const int64_t stride = runtime::Padded(belief);
  const int64_t policy =
      runtime::Padded(network.distribution().parameters());
  std::vector<float> beliefs(columns * stride);
  std::vector<float> policies(columns * policy);
  std::vector<float> values(columns);
  std::vector<float> scratch(network.scratch(columns));
  std::vector<float*> belief_rows;
  std::vector<float*> policy_rows;
  for (int64_t b = 0; b < columns; ++b) {
    belief_rows.push_back(beliefs.data() + b * stride);
    policy_rows.push_back(policies.data() + b * policy);
  }
  at::Tensor state = unroll.state.clone();
  for (int64_t t = 0; t < unroll.steps; ++t) {
    const auto one = [&](const at::Tensor& x) { return x.narrow(0, t, 1); };
    at::Tensor own = (state * whole.keep[t].unsqueeze(1)).contiguous();
    const CoreOutput output = agent.core().Unroll(
        {one(whole.encoded), one(whole.actions), one(whole.rewards),
         one(whole.keep)},
        state, 0);
    const Agent::Heads heads = agent.Evaluate(output.beliefs);
    state = output.state;

    StepInput input = InputAt(parity, unroll, whole, t, clip);
    std::vector<std::byte*> states;
    for (int64_t b = 0; b < columns; ++b) {
      states.push_back(reinterpret_cast<std::byte*>(
          own.data_ptr<float>() + b * network.core().layout().floats()));
    }
    network.Tick({.rows = columns,
                  .observed = input.observed.data(),
                  .actions = {input.actions.data_ptr<float>(),
                              input.actions.size(1)},
                  .rewards = input.rewards.data(),
                  .states = states.data(),
                  .beliefs = belief_rows.data(),
                  .policies = policy_rows.data(),
                  .values = values.data(),
                  .scratch = scratch.data()});
    const at::Tensor expected = output.beliefs[0].contiguous();
    const at::Tensor logits = heads.policy[0].contiguous();
    const at::Tensor value = heads.values[0].contiguous();
    for (int64_t b = 0; b < columns; ++b) {
      EXPECT_LE(Distance(RowOf(expected, b), belief_rows[b]), kTick);
      EXPECT_LE(Distance(RowOf(logits, b), policy_rows[b]), kTick);
      EXPECT_LE(Distance(RowOf(value, b), &values[b]), kTick);
      EXPECT_EQ(WrongArgmaxes(network.distribution(), RowOf(logits, b),
                              policy_rows[b]),
                0);
      if (network.core().layout().bytes() > 0) {
        EXPECT_LE(Distance(RowOf(state, b),
                           reinterpret_cast<const float*>(states[b])),
                  kTick);
      }
    }
    if (testing::Test::HasFailure()) break;
  }
  return unroll.steps * columns;
}

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
        ASSERT_LE(Distance(RowOf(expected, row), belief.data()), kFree)
            << "record " << u * unroll.steps + t;
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
}

TEST_P(RuntimeParityTest, ImaginesWhatTheTrainerImagines) {
  constexpr int64_t kSteps = 5;
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
  const NamedTensors expected =
      Imagine(parity.experiment.agent(), *task, unroll, trained, 0, 1, kSteps);
  for (const ObservationSpec& spec :
       parity.network().simulator()->observations()) {
    std::vector<float> frames(
        static_cast<size_t>((kSteps + 1) * runtime::FrameSize(spec)));
    const Status status =
        (*made)->Imagine(1, actions, kSteps, spec.name, frames);
    ASSERT_TRUE(status.ok()) << status.message();
    const at::Tensor frame = expected[spec.name].contiguous();
    for (int64_t k = 0; k <= kSteps; ++k) {
      EXPECT_LE(Distance(RowOf(frame, k),
                         frames.data() + k * runtime::FrameSize(spec)),
                kFree)
          << spec.name << " " << k;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Listed, RuntimeParityTest,
                         testing::ValuesIn(ParityCases()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credo
