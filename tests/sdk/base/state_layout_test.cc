#include "sdk/base/state_layout.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace credo {
namespace {

StateLayout Core() {
  StateLayout layout;
  layout.Add("h", DType::kF32, {17});
  layout.Add("c", DType::kF32, {17});
  layout.Add("steps", DType::kI64, {});
  return layout;
}

TEST(StateLayout, IsEmptyAtFirst) {
  const StateLayout layout;
  EXPECT_TRUE(layout.fields().empty());
  EXPECT_EQ(layout.bytes(), 0);
  EXPECT_EQ(layout.floats(), 0);
}

TEST(StateLayout, KeepsFieldsInTheOrderOfAdding) {
  const StateLayout layout = Core();
  ASSERT_EQ(layout.fields().size(), 3u);
  EXPECT_EQ(layout.fields()[0].name, "h");
  EXPECT_EQ(layout.fields()[1].name, "c");
  EXPECT_EQ(layout.fields()[2].name, "steps");
  EXPECT_EQ(layout.fields()[2].type, DType::kI64);
  EXPECT_EQ(layout.fields()[1].shape, Shape{17});
}

TEST(StateLayout, AlignsFieldsAndRowTo64Bytes) {
  const StateLayout layout = Core();
  // 17 f32 are 68 bytes, which take two lines of 64.
  EXPECT_EQ(layout.fields()[0].offset, 0);
  EXPECT_EQ(layout.fields()[1].offset, 128);
  EXPECT_EQ(layout.fields()[2].offset, 256);
  EXPECT_EQ(layout.bytes(), 320);
  EXPECT_EQ(layout.floats(), 80);
}

TEST(StateLayout, LeavesNoGapBehindAFullLine) {
  StateLayout layout;
  layout.Add("a", DType::kF64, {2, 4});
  layout.Add("b", DType::kU8, {1});
  EXPECT_EQ(layout.fields()[1].offset, 64);
  EXPECT_EQ(layout.bytes(), 128);
}

TEST(StateLayout, FindsAFieldByName) {
  const StateLayout layout = Core();
  ASSERT_NE(layout.Find("c"), nullptr);
  EXPECT_EQ(layout.Find("c")->offset, 128);
  EXPECT_EQ(layout.Find("x"), nullptr);
  EXPECT_EQ(layout.Find(""), nullptr);
}

TEST(StateLayout, AppendPutsThePrefixBeforeNames) {
  StateLayout layout;
  layout.Append("core", Core());
  layout.Append("memory", Core());
  ASSERT_EQ(layout.fields().size(), 6u);
  EXPECT_EQ(layout.fields()[0].name, "core.h");
  EXPECT_EQ(layout.fields()[5].name, "memory.steps");
  EXPECT_EQ(layout.Find("memory.h")->offset, Core().bytes());
  EXPECT_EQ(layout.bytes(), 2 * Core().bytes());
}

TEST(StateLayout, AppendsItself) {
  StateLayout layout = Core();
  layout.Append("again", layout);
  EXPECT_EQ(layout.fields().size(), 6u);
  EXPECT_NE(layout.Find("again.steps"), nullptr);
}

TEST(StateLayout, RefusesANameTwice) {
  StateLayout layout = Core();
  EXPECT_THROW(layout.Add("h", DType::kU8, {1}), std::invalid_argument);
  EXPECT_EQ(layout.fields().size(), 3u);
}

TEST(StateLayout, RefusesAPrefixTwice) {
  StateLayout layout;
  layout.Append("core", Core());
  EXPECT_THROW(layout.Append("core", Core()), std::invalid_argument);
}

TEST(StateLayout, RefusesANameOfNothing) {
  StateLayout layout;
  EXPECT_THROW(layout.Add("", DType::kU8, {1}), std::invalid_argument);
}

TEST(StateLayout, RefusesSizesBelowOne) {
  StateLayout layout;
  EXPECT_THROW(layout.Add("a", DType::kF32, {3, 0}), std::invalid_argument);
  EXPECT_THROW(layout.Add("a", DType::kF32, {-3}), std::invalid_argument);
  EXPECT_TRUE(layout.fields().empty());
}

TEST(StateLayout, RefusesSizesBeyondMemory) {
  StateLayout layout;
  const int64_t huge = int64_t{1} << 62;
  EXPECT_THROW(layout.Add("a", DType::kF64, {huge}), std::invalid_argument);
  EXPECT_THROW(layout.Add("a", DType::kF64, {huge, huge, 4}),
               std::invalid_argument);
}

TEST(StateLayout, EqualLayoutsHaveEqualHashes) {
  EXPECT_EQ(Core().hash(), Core().hash());
}

TEST(StateLayout, HashSeesNamesTypesShapesAndOrder) {
  std::set<uint64_t> seen;
  const auto add = [&seen](const std::vector<StateField>& fields) {
    StateLayout layout;
    for (const StateField& f : fields) layout.Add(f.name, f.type, f.shape);
    seen.insert(layout.hash());
  };
  add({});
  add({{"a", DType::kF32, {4}}});
  add({{"b", DType::kF32, {4}}});            // another name
  add({{"a", DType::kI32, {4}}});            // another type of the same size
  add({{"a", DType::kF32, {5}}});            // another size, same bytes in all
  add({{"a", DType::kF32, {2, 2}}});         // another shape, same elements
  add({{"a", DType::kF32, {4, 1}}});
  add({{"a", DType::kF32, {}}});
  add({{"a", DType::kF32, {4}}, {"b", DType::kF32, {4}}});
  add({{"b", DType::kF32, {4}}, {"a", DType::kF32, {4}}});
  add({{"ab", DType::kF32, {4}}, {"c", DType::kF32, {4}}});
  add({{"a", DType::kF32, {4}}, {"bc", DType::kF32, {4}}});
  EXPECT_EQ(seen.size(), 12u);
}

TEST(StateLayout, HashIsTheSameOnEveryMachine) {
  // Save files hold it. A change of this number refuses all of them.
  EXPECT_EQ(Core().hash(), 6276270202682655709u);
}

}  // namespace
}  // namespace credo
