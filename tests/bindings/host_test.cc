// A host that publishes while it plays.

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/random_model.h"

namespace credo {
namespace {

const std::string& Model() {
  static const std::string model = [] {
    OracleOptions options;
    options.spec = SmallWorld();
    options.addressed = true;
    return RandomModel(options).Bytes();
  }();
  return model;
}

TEST(Host, PublishesWhileOthersStep) {
  const std::string& model = Model();
  credo_agent* agent = nullptr;
  ASSERT_EQ(credo_agent_load_memory(model.data(), model.size(), nullptr,
                                    &agent, nullptr),
            CREDO_OK);
  std::atomic<bool> stop = false;
  std::atomic<int64_t> failures = 0;
  std::vector<std::thread> players;
  for (uint64_t seed = 0; seed < 2; ++seed) {
    players.emplace_back([&, seed] {
      credo_beliefs* beliefs = nullptr;
      credo_beliefs_create(agent, 1, seed, &beliefs, nullptr);
      const uint8_t eye[6] = {};
      const uint8_t view[4] = {};
      const float speed[3] = {};
      const int32_t row = 0;
      while (!stop.load()) {
        credo_beliefs_observe(beliefs, 0, "eye", eye, sizeof eye, nullptr);
        credo_beliefs_observe(beliefs, 0, "view", view, sizeof view, nullptr);
        credo_beliefs_observe(beliefs, 0, "speed", speed, sizeof speed,
                              nullptr);
        failures +=
            credo_step(agent, beliefs, &row, 1, 0, nullptr) != CREDO_OK;
      }
      credo_beliefs_destroy(beliefs, nullptr);
    });
  }
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(credo_agent_publish_memory(agent, model.data(), model.size(),
                                         nullptr),
              CREDO_OK);
  }
  stop.store(true);
  for (std::thread& player : players) player.join();
  EXPECT_EQ(failures.load(), 0);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

}  // namespace
}  // namespace credo
