// What every auxiliary task owes, as tests: for the listed tasks and for a
// host's own.
//
//   #include "tests/conformance/auxiliary_task_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(
//       Mine, AuxiliaryTaskConformance,
//       testing::Values(AuxiliaryTaskCase{"mine", MyTask()}),
//       AuxiliaryTaskCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_AUXILIARY_TASK_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_AUXILIARY_TASK_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "memory/none.h"
#include "sdk/tensor/adam.h"
#include "simcore/auxiliary_task.h"
#include "simcore/frame_model.h"
#include "simcore/simulator.h"
#include "tests/conformance/network_checks.h"

namespace credo {

struct AuxiliaryTaskCase {
  std::string name;  // letters, digits and "_"
  AuxiliaryTaskPart part;
  std::string options = "{}";  // YAML
  MemoryPart memory = NoMemory();  // of the agent
  std::vector<ObservationSpec> observations = ObservationsOfEachKind();
  // False for a floor that does not look at beliefs.
  bool shapes_beliefs = true;

  static std::string Name(
      const testing::TestParamInfo<AuxiliaryTaskCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const AuxiliaryTaskCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// A task beside the memory of an agent that does not exist: beliefs, memory and
// encodings are random. In double precision unless a test says otherwise.
class AuxiliaryTaskConformance
    : public testing::TestWithParam<AuxiliaryTaskCase> {
 protected:
  static constexpr int64_t kSteps = 14;
  static constexpr int64_t kColumns = 3;
  static constexpr int64_t kEncoding = 5;
  static constexpr int64_t kRecurrent = 6;
  static constexpr int64_t kActions = 3;
  static constexpr UpdateContext kContext = {.update = 7, .seed = 11};

  struct Made {
    Parameters memory_parameters;
    std::unique_ptr<Memory> memory;
    Parameters parameters;
    std::unique_ptr<AuxiliaryTask> task;
  };

  static std::unique_ptr<Made> Make(uint64_t seed = 1,
                                    at::ScalarType type = at::kDouble) {
    const AuxiliaryTaskCase& c = GetParam();
    auto made = std::make_unique<Made>();
    made->memory = c.memory.make(
        *c.memory.info.defaults(), made->memory_parameters,
        {"agent.core.memory", kEncoding, kRecurrent});
    made->memory_parameters.Allocate(seed, type);
    const AgentShape shape{.observations = c.observations,
                           .encoding = kEncoding,
                           .belief = kRecurrent + made->memory->shape().shown,
                           .recurrent = kRecurrent,
                           .memory = made->memory.get(),
                           .action_inputs = kActions,
                           .unroll = kSteps,
                           .batch = kColumns};
    auto task = c.part.make(*PartOptions(c.part.info, c.options),
                            made->parameters, "auxiliary.0", shape);
    if (!task.ok()) throw std::runtime_error(task.status().message());
    made->task = *std::move(task);
    made->parameters.Allocate(seed, type);
    return made;
  }

  // Column 0 is one episode; in column 1 an episode ends and one is cut; column
  // 2 opens with a first record and ends with a last one.
  static std::vector<Kind> Kinds() {
    std::vector<Kind> kinds((kSteps + 1) * kColumns, Kind::kMid);
    const auto at = [&kinds](int64_t t, int64_t b) -> Kind& {
      return kinds[t * kColumns + b];
    };
    at(2, 1) = Kind::kTerminal;
    at(3, 1) = Kind::kFirst;
    at(5, 1) = Kind::kTruncated;
    at(6, 1) = Kind::kFirst;
    at(0, 2) = Kind::kFirst;
    at(kSteps, 2) = Kind::kTerminal;
    return kinds;
  }

  static LearnerBatch Batch(const Made& made,
                            std::vector<Kind> kinds = Kinds()) {
    LearnerBatch batch;
    const int64_t records = kSteps + 1;
    batch.observations =
        RandomObservations(GetParam().observations, {records, kColumns}, 1);
    batch.encoded = RandomLeaf({records, kColumns, kEncoding}, 20);
    batch.beliefs = RandomLeaf(
        {records, kColumns, kRecurrent + made.memory->shape().shown}, 21);
    batch.memory = RandomLeaf({records, kColumns, made.memory->size()}, 22);
    const at::Tensor choice = RandomLeaf({records, kColumns, kActions}, 23)
                                  .detach()
                                  .argmax(-1, /*keepdim=*/true);
    batch.actions = choice.to(at::kFloat);
    batch.action_inputs =
        torch::zeros({records, kColumns, kActions}, at::kDouble)
            .scatter(-1, choice, 1.0);
    batch.rewards = RandomLeaf({records, kColumns}, 24).detach();
    for (int64_t i = 0; i < records * kColumns; ++i) {
      if (kinds[i] != Kind::kFirst) continue;
      batch.action_inputs[i / kColumns][i % kColumns].zero_();
      batch.rewards[i / kColumns][i % kColumns].zero_();
    }
    batch.kinds = std::move(kinds);
    batch.steps = kSteps;
    batch.columns = kColumns;
    return batch;
  }

  static at::Tensor Total(Made& made, const LearnerBatch& batch) {
    return made.task->Compute(batch, kContext).total;
  }
  static void Train(Made& made, const LearnerBatch& batch, int steps) {
    Adam adam(made.parameters.size(), {}, at::kDouble);
    for (int step = 0; step < steps; ++step) {
      made.parameters.ZeroGradients();
      const at::Tensor total = Total(made, batch);
      if (!total.requires_grad()) return;
      total.backward();
      adam.Update(0.02, made.parameters.gradients(),
                  made.parameters.values());
      made.task->Learned(torch::tensor(true));
    }
  }
  // What the task's frame model learned beside its parameters.
  static std::vector<double> ProgressOf(const Made& made) {
    std::vector<double> values;
    if (made.task->frame_model() == nullptr) return values;
    for (const Metric& metric : made.task->frame_model()->Progress().Read()) {
      values.push_back(metric.value);
    }
    return values;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AuxiliaryTaskConformance);

TEST_P(AuxiliaryTaskConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "auxiliary.0");
}

TEST_P(AuxiliaryTaskConformance, TheLossIsOneFiniteNumber) {
  const auto made = Make();
  const at::Tensor total = Total(*made, Batch(*made));
  EXPECT_EQ(total.dim(), 0);
  ExpectFinite(total);
}

TEST_P(AuxiliaryTaskConformance, TheLossIsAFunctionOfBatchAndContext) {
  const auto made = Make();
  const auto twin = Make();
  const at::Tensor once = Total(*made, Batch(*made));
  ExpectEqualBits(Total(*twin, Batch(*twin)), once);
}

TEST_P(AuxiliaryTaskConformance, TheBatchIsLeftAsItWas) {
  const auto made = Make();
  const LearnerBatch batch = Batch(*made);
  (void)Total(*made, batch);
  const LearnerBatch again = Batch(*made);
  ExpectEqualBits(batch.encoded, again.encoded);
  ExpectEqualBits(batch.beliefs, again.beliefs);
  ExpectEqualBits(batch.memory, again.memory);
  ExpectEqualBits(batch.action_inputs, again.action_inputs);
  for (const auto& [name, tensor] : again.observations) {
    ExpectEqualBits(batch.observations[name], tensor);
  }
}

TEST_P(AuxiliaryTaskConformance, MetricsAreMadeOnlyForTheLog) {
  const auto made = Make();
  EXPECT_TRUE(made->task->Compute(Batch(*made), kContext).metrics.empty());
  UpdateContext logged = kContext;
  logged.log = true;
  std::set<std::string> names;
  for (const Metric& metric :
       made->task->Compute(Batch(*made), logged).metrics.Read()) {
    EXPECT_TRUE(std::isfinite(metric.value)) << metric.name;
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name << " twice";
  }
}

// Two tasks do the same updates, and one of them logs.
TEST_P(AuxiliaryTaskConformance, LoggingChangesNothing) {
  const auto made = Make();
  const auto logging = Make();
  UpdateContext quiet = kContext;
  UpdateContext loud = kContext;
  loud.log = true;
  for (int update = 0; update < 3; ++update) {
    ++quiet.update;
    ++loud.update;
    made->parameters.ZeroGradients();
    logging->parameters.ZeroGradients();
    const at::Tensor expected =
        made->task->Compute(Batch(*made), quiet).total;
    const at::Tensor total =
        logging->task->Compute(Batch(*logging), loud).total;
    ExpectEqualBits(total, expected);
    if (!total.requires_grad()) return;
    expected.backward();
    total.backward();
    ExpectEqualBits(logging->parameters.gradients(),
                    made->parameters.gradients());
    made->task->Learned(torch::tensor(true));
    logging->task->Learned(torch::tensor(true));
    EXPECT_EQ(ProgressOf(*logging), ProgressOf(*made));
  }
}

TEST_P(AuxiliaryTaskConformance, ComputingMovesNothing) {
  const auto made = Make();
  const LearnerBatch batch = Batch(*made);
  const at::Tensor once = Total(*made, batch);
  const std::vector<double> progress = ProgressOf(*made);
  ExpectEqualBits(Total(*made, batch), once);
  EXPECT_EQ(ProgressOf(*made), progress);
}

TEST_P(AuxiliaryTaskConformance, GradientsAreRight) {
  const auto made = Make();
  const LearnerBatch batch = Batch(*made);
  ExpectGradientsMatchDifferences(
      [&] { return std::vector<at::Tensor>{Total(*made, batch)}; },
      VariablesOf({{"encoded", batch.encoded},
                   {"beliefs", batch.beliefs},
                   {"memory", batch.memory}},
                  made->parameters),
      DifferenceOptions::Kinked());
}

TEST_P(AuxiliaryTaskConformance, ShapesTheBelief) {
  if (!GetParam().shapes_beliefs) GTEST_SKIP() << "it reads no belief";
  const auto made = Make();
  const LearnerBatch batch = Batch(*made);
  // A model at its start may not look at its inputs yet.
  Train(*made, batch, 5);
  const at::Tensor total = Total(*made, batch);
  ASSERT_TRUE(total.requires_grad());
  total.backward();
  ASSERT_TRUE(batch.beliefs.grad().defined());
  EXPECT_GT(batch.beliefs.grad().abs().max().item<double>(), 0);
}

TEST_P(AuxiliaryTaskConformance, ABatchOfFirstRecordsIsNoFault) {
  const auto made = Make();
  const std::vector<Kind> firsts((kSteps + 1) * kColumns, Kind::kFirst);
  const at::Tensor total = Total(*made, Batch(*made, firsts));
  EXPECT_EQ(total.dim(), 0);
  ExpectFinite(total);
}

TEST_P(AuxiliaryTaskConformance, ColumnsWithoutEpisodesOfTwoRecordsAreNoFault) {
  const auto made = Make();
  std::vector<Kind> kinds = Kinds();
  for (int64_t t = 0; t <= kSteps; ++t) {
    kinds[t * kColumns + 1] = Kind::kFirst;
  }
  ExpectFinite(Total(*made, Batch(*made, kinds)));
}

TEST_P(AuxiliaryTaskConformance, TrainingLowersItsLoss) {
  const auto made = Make();
  const LearnerBatch batch = Batch(*made);
  const double before = Total(*made, batch).item<double>();
  Train(*made, batch, 30);
  EXPECT_LT(Total(*made, batch).item<double>(), before);
}

TEST_P(AuxiliaryTaskConformance, ImaginesWithWhatItTrains) {
  const auto made = Make();
  const Simulator* simulator = made->task->simulator();
  const FrameModel* model = made->task->frame_model();
  if (simulator == nullptr) GTEST_SKIP() << "it has no simulator";
  const LearnerBatch batch = Batch(*made);
  constexpr int64_t kAhead = 4;
  const at::Tensor states = simulator->Simulate(
      batch.beliefs[0], batch.memory[0],
      batch.action_inputs.slice(0, 0, kAhead + 1));
  EXPECT_EQ(states.sizes(),
            at::IntArrayRef({kAhead + 1, kColumns, simulator->outputs()}));
  if (model == nullptr || !model->Decodes()) return;
  const at::Tensor noise =
      model->noise() == 0
          ? at::Tensor()
          : RandomLeaf({kColumns, model->noise()}, 25).detach();
  for (const at::Tensor& draws : {at::Tensor(), noise}) {
    const DecodedFrames decoded = model->Decode(states[kAhead], draws);
    for (const auto& [name, frame] : decoded.frames) {
      EXPECT_EQ(frame.size(0), kColumns) << name;
      ExpectFinite(frame);
      EXPECT_EQ(decoded.deviations[name].sizes(), frame.sizes()) << name;
    }
  }
}

TEST_P(AuxiliaryTaskConformance, StatesThatAreWantedAreThoseOfAll) {
  const auto made = Make();
  const Simulator* simulator = made->task->simulator();
  if (simulator == nullptr) GTEST_SKIP() << "it has no simulator";
  const LearnerBatch batch = Batch(*made);
  Train(*made, batch, 2);
  constexpr int64_t kAhead = 3;
  // Several of one start, one of another, none of the others, in no order.
  const std::vector<SimulatedState> wanted = {{1, 2}, {0, 3}, {1, 0}, {1, 2}};
  const std::vector<at::Tensor> inputs = {
      batch.beliefs[0].detach(), batch.memory[0].detach(),
      batch.action_inputs.slice(0, 0, kAhead + 1).detach()};
  const auto only = GradientsOf(
      [&](const std::vector<at::Tensor>& in) {
        return std::vector<at::Tensor>{
            simulator->SimulateOnly(wanted, in[0], in[1], in[2])};
      },
      inputs);
  const auto all = GradientsOf(
      [&](const std::vector<at::Tensor>& in) {
        const at::Tensor states = simulator->Simulate(in[0], in[1], in[2]);
        std::vector<at::Tensor> rows;
        for (const SimulatedState& state : wanted) {
          rows.push_back(states[state.offset][state.row]);
        }
        return std::vector<at::Tensor>{at::stack(rows)};
      },
      inputs);
  for (size_t i = 0; i < only.size(); ++i) {
    if (only[i].numel() == 0) continue;  // contents of no memory
    EXPECT_LT(LargestDifference(only[i], all[i]), 1e-9) << "input " << i;
  }
}

TEST_P(AuxiliaryTaskConformance, GoesOnFromWhatWasSaved) {
  const auto saved = Make(1);
  const LearnerBatch batch = Batch(*saved);
  Train(*saved, batch, 3);
  const auto loaded = Make(2);
  PassThroughFile(saved->memory_parameters, loaded->memory_parameters);
  PassThroughFile(saved->parameters, loaded->parameters);
  TensorFile file;
  saved->task->Save("task.", file);
  const Status status = loaded->task->Load("task.", file);
  ASSERT_TRUE(status.ok()) << status.message();
  for (int more = 0; more < 2; ++more) {
    ExpectEqualBits(Total(*loaded, batch), Total(*saved, batch));
    EXPECT_EQ(ProgressOf(*loaded), ProgressOf(*saved));
    loaded->task->Learned(torch::tensor(true));
    saved->task->Learned(torch::tensor(true));
  }
}

// Options that do not fit the agent of the suite above: make fails, and says
// `message`.
struct AuxiliaryTaskMisfit {
  std::string name;  // letters, digits and "_"
  AuxiliaryTaskPart part;
  std::string options;  // YAML
  std::string message;

  static std::string Name(
      const testing::TestParamInfo<AuxiliaryTaskMisfit>& info) {
    return info.param.name;
  }
  friend void PrintTo(const AuxiliaryTaskMisfit& value, std::ostream* out) {
    *out << value.name;
  }
};

class AuxiliaryTaskRefusal
    : public testing::TestWithParam<AuxiliaryTaskMisfit> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AuxiliaryTaskRefusal);

TEST_P(AuxiliaryTaskRefusal, SaysWhatDoesNotFit) {
  const AuxiliaryTaskMisfit& misfit = GetParam();
  Parameters parameters;
  const MemoryPart none = NoMemory();
  const auto memory =
      none.make(*none.info.defaults(), parameters, {"memory", 5, 6});
  const AgentShape shape{.observations = ObservationsOfEachKind(),
                         .encoding = 5,
                         .belief = 6,
                         .recurrent = 6,
                         .memory = memory.get(),
                         .action_inputs = 3,
                         .unroll = 14,
                         .batch = 3};
  const auto task =
      misfit.part.make(*PartOptions(misfit.part.info, misfit.options),
                       parameters, "auxiliary.0", shape);
  ASSERT_FALSE(task.ok());
  EXPECT_EQ(task.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(task.status().message(), misfit.message);
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_AUXILIARY_TASK_CONFORMANCE_H_
