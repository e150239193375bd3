// A host in C++ with files of its own.

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/random_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_file.h"

namespace credo {
namespace {

const std::string& Model() {
  static const std::string model = [] {
    OracleOptions options;
    options.spec = SmallWorld();
    options.memory.kind = "addressed";
    return RandomModel(options).Bytes();
  }();
  return model;
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
