#include "sdk/model/rounded_weights.h"

#include <gtest/gtest.h>

namespace credo {
namespace {

TEST(RoundedWeightsTest, KeepsTheFloatsThatDecideMuch) {
  for (const char* kept :
       {"agent.policy.0.weight", "agent.value.1.weight",
        "agent.core.memory.write.weight", "agent.encoder.eye.0.weight",
        "auxiliary.0.reward.0.weight", "probes.map.cells",
        "agent.core.lstm.bias"}) {
    EXPECT_FALSE(IsRoundedInModels(kept)) << kept;
  }
  for (const char* rounded :
       {"agent.encoder.eye.1.weight", "agent.encoder.output.weight",
        "agent.core.lstm.recurrent", "auxiliary.1.simcore.decoder.0.weight",
        "probes.map.0.weight"}) {
    EXPECT_TRUE(IsRoundedInModels(rounded)) << rounded;
  }
}

}  // namespace
}  // namespace credo
