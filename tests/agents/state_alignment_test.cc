// The learner computes what the actors computed: the belief state that an
// unroll begins with is the one before its record 0, and resets fall on first
// records.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <ostream>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/learning/vtrace.h"
#include "agents/networks/policy.h"
#include "memory/none.h"
#include "sdk/tensor/state_rows.h"
#include "tests/agents/experiment.h"
#include "tests/agents/fakes.h"

namespace credo {
namespace {

struct AlignmentCase {
  std::string name;
  std::string world;
  std::string agent;

  static std::string Name(const testing::TestParamInfo<AlignmentCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const AlignmentCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// Episodes are shorter than unrolls, and not in step with them.
class StateAlignmentTest : public testing::TestWithParam<AlignmentCase> {
 protected:
  static constexpr int kUnrolls = 5;

  StateAlignmentTest()
      : experiment_("world: " + GetParam().world +
                    "\nagent: " + GetParam().agent +
                    "\nlearner: {unroll: 9, batch: 5, actor_group: 2, "
                    "warmup: 0, learning_rate: 0.01}\n") {}

  CoreOutput LearnersCore() {
    torch::NoGradGuard no_grad;
    const Agent& agent = experiment_.agent();
    const Unroll& unroll = experiment_.unroll();
    const CoreInput input = MakeCoreInput(
        agent, unroll, unroll.kinds_list(), agent.Encode(unroll.observations),
        experiment_.options().learner.reward_clip);
    return agent.core().Unroll(input, unroll.state, unroll.steps - 1);
  }

  Experiment experiment_;
};

constexpr const char* kGoal =
    "{kind: grid, room: 3, task: goal, episode: 7, start: random}";
constexpr const char* kBlank =
    "{kind: blank, picture: [], action: all, masks: true, episode: 4, "
    "end: both}";
constexpr const char* kAddressed =
    "{core: {kind: lstm, size: 16, memory: {kind: addressed, slots: 4, "
    "width: 5}}}";
constexpr const char* kLstm = "{core: {kind: lstm, size: 16}}";
constexpr const char* kGruAddressed =
    "{core: {kind: gru, size: 16, memory: {kind: addressed, slots: 4, "
    "width: 5}}}";
constexpr const char* kGru = "{core: {kind: gru, size: 16}}";
constexpr const char* kMemoryless = "{core: {kind: memoryless}}";

INSTANTIATE_TEST_SUITE_P(
    Agents, StateAlignmentTest,
    testing::Values(AlignmentCase{"grid_addressed", kGoal, kAddressed},
                    AlignmentCase{"grid_lstm", kGoal, kLstm},
                    AlignmentCase{"grid_gru_addressed", kGoal,
                                  kGruAddressed},
                    AlignmentCase{"grid_gru", kGoal, kGru},
                    AlignmentCase{"grid_memoryless", kGoal, kMemoryless},
                    AlignmentCase{"blank_addressed", kBlank, kAddressed},
                    AlignmentCase{"blank_lstm", kBlank, kLstm},
                    AlignmentCase{"blank_gru_addressed", kBlank,
                                  kGruAddressed},
                    AlignmentCase{"blank_gru", kBlank, kGru},
                    AlignmentCase{"blank_memoryless", kBlank, kMemoryless}),
    AlignmentCase::Name);

TEST_P(StateAlignmentTest, LogProbabilitiesAreThoseOfTheActors) {
  double valid = 0;
  double transitions = 0;
  for (int n = 0; n < kUnrolls; ++n) {
    const Unroll& unroll = experiment_.Act();
    const int64_t steps = unroll.steps;
    const int64_t rows = steps * unroll.columns;
    const at::Tensor policy =
        experiment_.agent().Evaluate(LearnersCore().beliefs).policy;
    const at::Tensor mask =
        unroll.masks.defined()
            ? unroll.masks.narrow(0, 0, steps).reshape({rows, -1})
            : at::Tensor();
    const at::Tensor learners =
        EvaluatePolicy(experiment_.agent().distribution(),
                       policy.narrow(0, 0, steps).reshape({rows, -1}),
                       unroll.actions.narrow(0, 1, steps).reshape({rows, -1}),
                       mask)
            .log_probability;
    const at::Tensor actors =
        unroll.log_probabilities.narrow(0, 1, steps).reshape({rows});
    // The action taken at a last record is void.
    const at::Tensor is_valid =
        MakeTransitions(unroll.kinds_list(), steps, unroll.columns, 1)
            .valid.reshape({rows});
    const at::Tensor difference =
        ((learners - actors).to(at::kDouble) * is_valid).abs();
    EXPECT_LT(difference.max().item<double>(), 1e-5) << "unroll " << n;
    valid += is_valid.sum().item<double>();
    transitions += static_cast<double>(rows);
    experiment_.Learn();
  }
  EXPECT_LT(valid, transitions) << "no episode ended within an unroll";
}

TEST_P(StateAlignmentTest, RatiosAreOneWithoutLag) {
  for (int n = 0; n < kUnrolls; ++n) {
    EXPECT_NEAR(MetricOf(experiment_.ActAndLearn(), "ratio"), 1, 1e-5)
        << "unroll " << n;
  }
}

TEST_P(StateAlignmentTest, TheStateCarriedOnIsTheOneOfTheNextUnroll) {
  experiment_.Act();
  for (int n = 1; n < kUnrolls; ++n) {
    const at::Tensor carried = LearnersCore().state;
    const at::Tensor next = experiment_.Act().state;
    EXPECT_TRUE(at::allclose(next, carried, 0, 1e-5)) << "unroll " << n;
  }
}

// A world that shows how many records the episode has had, a core that counts
// the records since its last reset: the two must agree everywhere.
class CountingWorld : public Environment {
 public:
  CountingWorld() {
    spec_.name = "counting";
    spec_.observations = {ObservationSpec::Vector("count", {1}, 0, 1000)};
    spec_.action.fields = {ActionField::Discrete("move", 2)};
  }
  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override {
    Draws draws = RandomStream(seed, "counting").At(0, 0);
    longest_ = 1 + draws.Below(7);
    end_ = draws.Below(2) == 0 ? Kind::kTerminal : Kind::kTruncated;
    count_ = 0;
    Show(out);
  }
  void Step(std::span<const float>, RecordWriter& out) override {
    Show(out);
    if (count_ > longest_) out.End(end_);
  }

 private:
  void Show(RecordWriter& out) {
    const auto count = static_cast<float>(++count_);
    out.Put(0, std::span(&count, 1));
  }

  EnvironmentSpec spec_;
  uint32_t longest_ = 0;
  uint32_t count_ = 0;
  Kind end_ = Kind::kTerminal;
};

class PlainEncoder : public Encoder {
 public:
  int64_t size() const override { return 1; }
  at::Tensor Encode(const NamedTensors& observations) const override {
    return observations["count"].clone();
  }
};

// The belief is [count, encoding].
class CountingCore : public BeliefCore {
 public:
  explicit CountingCore(Parameters& parameters) {
    layout_.Add("count", DType::kF32, {1});
    const MemoryPart none = NoMemory();
    memory_ = none.make(*none.info.defaults(), parameters, {});
  }
  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override { return 2; }
  int64_t recurrent_size() const override { return 2; }
  const Memory& memory() const override { return *memory_; }
  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t carry) const override {
    at::Tensor count = StateColumns(layout_, state, 0).squeeze(1);
    std::vector<at::Tensor> counts;
    for (int64_t t = 0; t < input.keep.size(0); ++t) {
      count = count * input.keep[t] + 1;
      counts.push_back(count);
    }
    const at::Tensor all = torch::stack(counts).unsqueeze(-1);
    return {torch::cat({all, input.encoded}, -1),
            all.narrow(2, 0, 0),
            PackState(layout_, {counts[carry].unsqueeze(1)}),
            {},
            {}};
  }

 private:
  StateLayout layout_;
  std::unique_ptr<Memory> memory_;
};

// A run of these fakes; `listen` hears each batch.
std::unique_ptr<Experiment> MakeCounting(const std::string& actions,
                                         ComputeFunction listen) {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo("counting"),
       [](const Options&) -> Result<std::unique_ptr<Environment>> {
         return std::unique_ptr<Environment>(
             std::make_unique<CountingWorld>());
       }});
  parts.encoders.push_back(
      {FakeInfo("plain"),
       [](const Options&, Parameters&, const std::string&,
          const std::vector<ObservationSpec>&)
           -> Result<std::unique_ptr<Encoder>> {
         return std::unique_ptr<Encoder>(std::make_unique<PlainEncoder>());
       }});
  parts.cores.push_back(
      {FakeInfo("counting"),
       [](const Options&, Parameters& parameters,
          const CorePlace&) -> std::unique_ptr<BeliefCore> {
         return std::make_unique<CountingCore>(parameters);
       }});
  parts.tasks.push_back(FakeTask("listener", std::move(listen)));
  return std::make_unique<Experiment>(
      "world: {kind: counting}\n"
      "agent: {encoder: {kind: plain}, core: {kind: counting}}\n"
      "auxiliary: [{kind: listener}]\n"
      "learner: {unroll: 6, batch: 5, actor_group: 2}\n"
      "actions: " +
          actions,
      std::move(parts));
}

LossTerms NoLoss(const LearnerBatch& batch) {
  return {batch.beliefs.new_zeros({}), {}};
}

class CountingTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Actions, CountingTest,
                         testing::Values("policy", "scripted"),
                         [](const auto& info) { return info.param; });

TEST_P(CountingTest, TheLearnersCoreCountsWhatTheWorldCounts) {
  int batches = 0;
  const auto experiment = MakeCounting(
      GetParam(), [&](const LearnerBatch& batch, const UpdateContext&) {
        ++batches;
        EXPECT_TRUE(at::equal(batch.beliefs.select(2, 0).detach(),
                              batch.observations["count"].select(2, 0)))
            << "core\n" << batch.beliefs.select(2, 0).detach() << "world\n"
            << batch.observations["count"].select(2, 0);
        return NoLoss(batch);
      });
  for (int n = 0; n < 8; ++n) experiment->ActAndLearn();
  EXPECT_EQ(batches, 8);
}

// Where actions are scripted the learner carries the state by itself.
TEST(CountingPolicyTest, AnUnrollBeginsWithTheStateBeforeItsFirstRecord) {
  const auto experiment = MakeCounting(
      "policy", [](const LearnerBatch& batch, const UpdateContext&) {
        return NoLoss(batch);
      });
  int within = 0;
  for (int n = 0; n < 8; ++n) {
    const Unroll& unroll = experiment->Act();
    for (int64_t b = 0; b < unroll.columns; ++b) {
      // A first record is reset before it is consumed, so any state will do.
      if (unroll.kind(0, b) == Kind::kFirst) continue;
      ++within;
      EXPECT_EQ(unroll.state[b][0].item<float>(),
                unroll.observations["count"][0][b][0].item<float>() - 1);
    }
  }
  EXPECT_GT(within, 10);
}

}  // namespace
}  // namespace credo
