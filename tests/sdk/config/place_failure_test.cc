// PlaceFailure: faults that only a part can find get their place in the file.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/sdk/config/shop_options.h"

namespace credo {
namespace {

const std::string kFile =
    "count: 4\n"
    "best:\n"
    "  kind: pear\n"
    "  skin: {kind: peel, thickness: 1}\n"
    "basket: {sizes: [5, 6]}\n"
    "stock:\n"
    "  - {kind: apple}\n"
    "  - kind: apple\n"
    "    seeds: 2\n";

std::string Placed(const std::string& message,
                   const std::vector<std::string>& overrides = {}) {
  const Status status =
      PlaceFailure(kFile, "a.yaml", overrides, InvalidArgument(message));
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  return status.message();
}

TEST(PlaceFailure, PointsAtTheValueOfTheKey) {
  EXPECT_EQ(Placed("count: expected 5"), "a.yaml:1:8: count: expected 5");
  EXPECT_EQ(Placed("best: skin: thickness: expected 0"),
            "a.yaml:4:33: best.skin.thickness: expected 0");
  EXPECT_EQ(Placed("best.skin: thickness: expected 0"),
            "a.yaml:4:33: best.skin.thickness: expected 0");
}

TEST(PlaceFailure, PointsIntoLists) {
  EXPECT_EQ(Placed("stock[1]: seeds: expected 1"),
            "a.yaml:9:12: stock[1].seeds: expected 1");
  EXPECT_EQ(Placed("stock[0]: expected a pear"),
            "a.yaml:7:5: stock[0]: expected a pear");
  EXPECT_EQ(Placed("basket: sizes[1]: expected 5"),
            "a.yaml:5:21: basket.sizes[1]: expected 5");
}

TEST(PlaceFailure, PointsAtTheNearestPartOfAKeyThatWasLeftOut) {
  EXPECT_EQ(Placed("stock[0]: seeds: expected 1"),
            "a.yaml:7:5: stock[0].seeds: expected 1");
  EXPECT_EQ(Placed("spare: seeds: expected 1"),
            "a.yaml:1:1: spare.seeds: expected 1");
  EXPECT_EQ(Placed("stock[7]: seeds: expected 1"),
            "a.yaml:7:3: stock[7].seeds: expected 1");
}

TEST(PlaceFailure, PointsAtTheFileWhenTheMessageOpensWithNoKey) {
  EXPECT_EQ(Placed("world 'x': no good"), "a.yaml:1:1: world 'x': no good");
  EXPECT_EQ(Placed("no good"), "a.yaml:1:1: no good");
  EXPECT_EQ(Placed(""), "a.yaml:1:1: ");
}

TEST(PlaceFailure, LeavesColonsInTheRestOfTheMessageAlone) {
  EXPECT_EQ(Placed("count: expected {kind: 5}, found: 4"),
            "a.yaml:1:8: count: expected {kind: 5}, found: 4");
}

TEST(PlaceFailure, PointsAtTheOverrideThatSetTheKey) {
  EXPECT_EQ(Placed("stock[1]: seeds: expected 1", {"stock.1.seeds=3"}),
            "--set stock.1.seeds=3:1:15: stock[1].seeds: expected 1");
  EXPECT_EQ(Placed("count: expected 5", {"stock.1.seeds=3"}),
            "a.yaml:1:8: count: expected 5");
}

TEST(PlaceFailure, KeepsTheCodeAndLeavesSuccessAlone) {
  EXPECT_EQ(PlaceFailure(kFile, "a.yaml", {}, Internal("count: x")).code(),
            StatusCode::kInternal);
  EXPECT_TRUE(PlaceFailure(kFile, "a.yaml", {}, OkStatus()).ok());
}

TEST(PlaceFailure, LeavesTheMessageAloneWhenTheFileCannotBeRead) {
  EXPECT_EQ(
      PlaceFailure("[", "a.yaml", {}, InvalidArgument("count: x")).message(),
      "count: x");
}

}  // namespace
}  // namespace credo
