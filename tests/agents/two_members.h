// Two learners that share the columns of an experiment, each in a thread.
#ifndef CREDO_TESTS_AGENTS_TWO_MEMBERS_H_
#define CREDO_TESTS_AGENTS_TWO_MEMBERS_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "agents/learning/shard_group.h"
#include "sdk/tensor/device.h"
#include "tests/agents/experiment.h"

namespace credo {

struct TwoMembers {
  at::Tensor weights;    // after the last update, of both
  int64_t repeated = 0;  // updates of each
  std::vector<Metric> metrics;  // of the first one's last logged update
};

// After `updates`, of which every other one is logged, by operators alone.
inline TwoMembers LearnByTwo(const std::string& yaml, bool repeats,
                             int updates,
                             at::Device device = at::kCPU) {
  LearnsAlone alone;
  const auto groups = ShardGroup::Make(2, alone);
  std::vector<TwoMembers> found(2);
  std::vector<std::thread> members;
  for (size_t i = 0; i < groups.size(); ++i) {
    members.emplace_back([&, i] {
      const OperatorsAlone operators;
      Experiment one(yaml, BuiltInParts(), repeats, groups[i].get(), device);
      for (int update = 0; update < updates; ++update) {
        one.Act();
        auto metrics = one.Learn(/*log=*/update % 2 == 1);
        if (!metrics.empty()) found[i].metrics = std::move(metrics);
      }
      found[i].weights = one.learner().parameters().values().cpu().clone();
      found[i].repeated = one.learner().repeated();
    });
  }
  for (std::thread& member : members) member.join();
  EXPECT_TRUE(at::equal(found[0].weights, found[1].weights));
  EXPECT_EQ(found[0].repeated, found[1].repeated);
  return found[0];
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_TWO_MEMBERS_H_
