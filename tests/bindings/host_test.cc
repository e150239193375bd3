// A host in C++ with threads and files of its own.

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_file.h"

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

TEST(Host, LoadsAndPublishesFilesOfAnyName) {
  const TemporaryFolder folder;
  // No code page holds all of these letters.
  const std::string path = folder / "h\u00fctte \u0434\u043e\u043c \u5bb6";
  WriteFile(path, Model());
  credo_agent* agent = nullptr;
  credo_error error = CREDO_INIT(credo_error);
  ASSERT_EQ(credo_agent_load_file(path.c_str(), nullptr, &agent, &error),
            CREDO_OK)
      << error.message;
  EXPECT_EQ(credo_agent_publish_file(agent, path.c_str(), &error), CREDO_OK)
      << error.message;
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
  const std::string missing = path + "\u5c4b";
  EXPECT_EQ(credo_agent_load_file(missing.c_str(), nullptr, &agent, &error),
            CREDO_NOT_FOUND);
  EXPECT_EQ(error.message,
            missing + ": cannot open: No such file or directory");
}

}  // namespace
}  // namespace credo
