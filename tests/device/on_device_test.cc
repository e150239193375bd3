// Learning, deciding and saving where tensors are not on the host.
#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sdk/tensor/device.h"
#include "sdk/tensor/host_values.h"
#include "sdk/tensor/learner_group.h"
#include "sdk/tensor/repeated_program.h"
#include "tests/agents/experiment.h"
#include "tests/agents/part_cases.h"
#include "tests/agents/trainer_run.h"
#include "tests/agents/two_members.h"
#include "tests/device/fake_device.h"

namespace credo {
namespace {

TEST(FakeDevice, ComputesAsTheCpuAndMixesNothing) {
  const at::Tensor host = torch::arange(6, torch::kFloat).view({2, 3});
  const at::Tensor there = host.to(FakeDevice());
  EXPECT_TRUE(at::equal(there.t().matmul(there).cpu(),
                        host.t().matmul(host)));
  EXPECT_THROW(there + host, c10::Error);
  EXPECT_THROW(there.index_select(0, torch::tensor({1})), c10::Error);
}

class PartsOnDevice : public testing::TestWithParam<PartCase> {};

TEST_P(PartsOnDevice, LearnsWhatTheCpuLearns) {
  Experiment here(Yaml(GetParam()));
  Experiment there(Yaml(GetParam()), BuiltInParts(), /*repeats=*/false, nullptr,
                   FakeDevice());
  for (int update = 0; update < 4; ++update) {
    // By operators alone here as well: small sums would differ.
    const OperatorsAlone alone;
    here.Act();
    const std::vector<Metric> expected = here.Learn();
    there.Act();
    const std::vector<Metric> found = there.Learn();
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(found[i].value, expected[i].value,
                  1e-4 * std::abs(expected[i].value) + 1e-4)
          << expected[i].name << " of update " << update;
    }
  }
}

// A graph does again what was asked for, in the places of then: what lasts must
// stay where it is.
TEST_P(PartsOnDevice, AGraphLearnsTheSameBits) {
  const auto make = [](bool repeats) {
    return std::make_unique<Experiment>(Yaml(GetParam()), BuiltInParts(),
                                        repeats, nullptr, FakeDevice());
  };
  const auto plain = make(false);
  const auto graphs = make(true);
  for (int update = 0; update < 10; ++update) {
    plain->Act();
    graphs->Act();
    EXPECT_TRUE(
        at::equal(graphs->unroll().actions, plain->unroll().actions));
    EXPECT_TRUE(at::equal(graphs->unroll().state, plain->unroll().state));
    const bool log = update % 2 == 1;
    EXPECT_TRUE(EqualBits(graphs->Learn(log), plain->Learn(log)))
        << "update " << update;
    TensorFile expected, found;
    plain->learner().Save("", expected);
    graphs->learner().Save("", found);
    ASSERT_EQ(found.tensors.size(), expected.tensors.size());
    for (size_t i = 0; i < expected.tensors.size(); ++i) {
      EXPECT_EQ(found.tensors[i].bytes, expected.tensors[i].bytes)
          << expected.tensors[i].name << " of update " << update;
    }
  }
  EXPECT_EQ(graphs->learner().graph_fault(), "");
  EXPECT_EQ(graphs->learner().repeated(), 6);
}

// What is kept of an update's graph would tie the next one to its stream, which
// a recording does not bear.
TEST_P(PartsOnDevice, NoGraphOutlivesAnUpdate) {
  Experiment one(Yaml(GetParam()), BuiltInParts(), /*repeats=*/true, nullptr,
                 FakeDevice());
  for (int update = 0; update < 6; ++update) {
    one.Act();
    one.Learn(/*log=*/update % 2 == 1);
    for (const Parameter& parameter : one.learner().parameters().list()) {
      EXPECT_EQ(torch::autograd::impl::try_get_grad_accumulator(
                    parameter.value),
                nullptr)
          << parameter.name;
    }
  }
}

// To the end, with evaluations, checkpoints and a model.
TEST_P(PartsOnDevice, ARunEndsAndGoesOn) {
  const std::string yaml =
      Yaml(GetParam()) + "actions: policy\nseed: 3\n";
  const auto with = [&](const std::string& learner) {
    std::string all = yaml;
    all.replace(all.find("unroll: 8"), 0, learner);
    return all;
  };
  const std::string settings =
      with("frames: 384, log_every: 3, evaluate_every: 6, "
           "evaluate_episodes: 2, actor_threads: 1, ");
  const at::Device device = FakeDevice();
  TrainerRun whole(settings, &device);
  const Status ended = whole.Until(100);
  ASSERT_TRUE(ended.ok()) << ended.message();
  EXPECT_FALSE(whole.trainer->Model().empty());
  TrainerRun half(settings, &device);
  ASSERT_EQ(half.Until(3).code(), StatusCode::kCancelled);
  TrainerRun rest(settings, &device);
  const Status restored = rest.Restore(half.trainer->Checkpoint());
  ASSERT_TRUE(restored.ok()) << restored.message();
  ASSERT_TRUE(rest.Until(100).ok());
  EXPECT_EQ(rest.trainer->Model(), whole.trainer->Model());
  // What was learned there goes on here.
  TrainerRun here(settings);
  ASSERT_TRUE(here.Restore(half.trainer->Checkpoint()).ok());
  ASSERT_TRUE(here.Until(100).ok());
}

// Where sums go by the host, as those of ranks without NCCL do.
TEST_P(PartsOnDevice, TwoShareTheColumns) {
  const auto weights = [](at::Device device) {
    return LearnByTwo(Yaml(GetParam()), true, 3, device).weights;
  };
  EXPECT_TRUE(at::allclose(weights(FakeDevice()), weights(at::kCPU), 1e-3,
                           1e-4));
}

TEST(OnDevice, AGraphThatAnotherCannotRecordIsNone) {
  const at::Tensor sum = torch::zeros({}, torch::kLong).to(FakeDevice());
  int asked = 0;
  // The second time, after the recording, another says no.
  RepeatedProgram program(FakeDevice(),
                          [&](bool can) { return can && ++asked != 2; });
  const auto run = [&] {
    return program.Run([&] {
      sum.add_(FromHost(sum, [] { return torch::tensor(2); }));
    });
  };
  EXPECT_EQ(run(), RepeatedProgram::Ran::kRecorded);
  EXPECT_EQ(run(), RepeatedProgram::Ran::kNot);
  EXPECT_EQ(sum.item<int64_t>(), 2);
  EXPECT_NE(program.fault(), "");
  EXPECT_EQ(run(), RepeatedProgram::Ran::kNot);
}

// Told how many doubles in a row this thread converts: among others, those that
// were packed for the log.
class RowsConverted {
 public:
  explicit RowsConverted(std::function<void(int64_t)> hear) {
    hear_ = std::move(hear);
    handle_ = at::addThreadLocalCallback(
        at::RecordFunctionCallback(
            [](const at::RecordFunction& function)
                -> std::unique_ptr<at::ObserverContext> {
              if (function.name() != std::string("aten::to")) return {};
              const at::Tensor& x = function.inputs()[0].toTensor();
              if (!x.is_cpu() && x.dim() == 1 &&
                  x.scalar_type() == at::kDouble) {
                hear_(x.numel());
              }
              return {};
            })
            .needsInputs(true)
            .scopes({at::RecordScope::FUNCTION}));
  }
  ~RowsConverted() { at::removeCallback(handle_); }

 private:
  static inline thread_local std::function<void(int64_t)> hear_;
  at::CallbackHandle handle_;
};

// Else a member that is lost would not be noticed while the host waits for the
// others' numbers.
TEST(OnDevice, IsWatchedBeforeAnythingIsRead) {
  struct Watched : LearnsAlone {
    void WatchDevice() override { ++times; }
    int times = 0;
  };
  Watched group;
  Experiment one(Yaml(PartCases()[0]), BuiltInParts(), /*repeats=*/true,
                 &group, FakeDevice());
  for (int update = 0; update < 8; ++update) {
    one.Act();
    std::map<int64_t, int> watched;  // times, when so many were converted last
    const RowsConverted rows(
        [&](int64_t numbers) { watched[numbers] = group.times; });
    const std::vector<Metric> metrics = one.Learn(/*log=*/update % 2 == 1);
    EXPECT_EQ(group.times, std::max(0, update - 3));
    if (metrics.empty()) continue;
    const auto packed = static_cast<int64_t>(metrics.size());
    ASSERT_EQ(watched.count(packed), 1);
    EXPECT_EQ(watched[packed], group.times);
  }
}

TEST(OnDevice, RunsThatDoNotActEnd) {
  const at::Device device = FakeDevice();
  for (const std::string more : {"actions: scripted\n",
                                 "actions: scripted\noracle: true\n"}) {
    std::string yaml = Yaml(PartCases()[2]) + more;
    yaml.replace(yaml.find("unroll: 8"), 0, "frames: 384, log_every: 4, ");
    TrainerRun run(yaml, &device);
    const Status ended = run.Until(100);
    EXPECT_TRUE(ended.ok()) << ended.message();
    EXPECT_FALSE(run.trainer->Model().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Learner, PartsOnDevice, testing::ValuesIn(PartCases()),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace credo
