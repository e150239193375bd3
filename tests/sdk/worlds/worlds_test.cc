#include "sdk/worlds/worlds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace credo {
namespace {

using testing::ElementsAre;

TEST(Worlds, ListsTheWorldsThatYamlMayName) {
  std::vector<std::string> names;
  for (const WorldPart& part : Worlds()) names.push_back(part.info.name);
  EXPECT_THAT(names, ElementsAre("blank", "grid", "city", "host", "gymnasium",
                                 "process"));
}

TEST(Worlds, NamesEachWorldAsItsSpecDoes) {
  for (const WorldPart& part : Worlds()) {
    if (part.elsewhere) continue;
    const auto world = part.make(*part.info.defaults());
    ASSERT_TRUE(world.ok()) << world.status().message();
    EXPECT_EQ((*world)->spec().name, part.info.name);
    EXPECT_FALSE(part.info.summary.empty());
  }
}

}  // namespace
}  // namespace credo
