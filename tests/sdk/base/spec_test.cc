#include "sdk/base/spec.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace credo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

EnvironmentSpec GoodSpec() {
  EnvironmentSpec spec;
  spec.name = "city";
  spec.observations = {
      ObservationSpec::Picture("camera", 24, 32, 3),
      ObservationSpec::Tiles("view", {3, 3}, 7),
      ObservationSpec::Vector("compass", {2}, -1, 1),
      ObservationSpec::Vector("pose.xy", {2}, -kInfinity, kInfinity)
          .Privileged(),
  };
  spec.action.fields = {ActionField::Discrete("move", 4),
                        ActionField::MultiDiscrete("tools", {2, 3}),
                        ActionField::Continuous("aim", 2, -90, 90)};
  return spec;
}

// What CheckSpec says of the good spec after a change, "" for nothing.
template <typename Change>
std::string Message(Change change) {
  EnvironmentSpec spec = GoodSpec();
  change(spec);
  const Status status = CheckSpec(spec);
  if (!status.ok()) {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  }
  return status.message();
}

TEST(DType, HasItsSize) {
  EXPECT_EQ(DTypeSize(DType::kU8), 1);
  EXPECT_EQ(DTypeSize(DType::kI32), 4);
  EXPECT_EQ(DTypeSize(DType::kI64), 8);
  EXPECT_EQ(DTypeSize(DType::kF32), 4);
  EXPECT_EQ(DTypeSize(DType::kF64), 8);
}

TEST(DType, HasTheNameOfSafetensors) {
  EXPECT_STREQ(DTypeName(DType::kU8), "U8");
  EXPECT_STREQ(DTypeName(DType::kI32), "I32");
  EXPECT_STREQ(DTypeName(DType::kI64), "I64");
  EXPECT_STREQ(DTypeName(DType::kF32), "F32");
  EXPECT_STREQ(DTypeName(DType::kF64), "F64");
}

TEST(ElementCount, IsTheProduct) {
  EXPECT_EQ(ElementCount({}), 1);
  EXPECT_EQ(ElementCount({5}), 5);
  EXPECT_EQ(ElementCount({2, 3, 4}), 24);
}

TEST(ElementCount, IsZeroForSizesBelowOne) {
  EXPECT_EQ(ElementCount({3, 0}), 0);
  EXPECT_EQ(ElementCount({-3}), 0);
  EXPECT_EQ(ElementCount({-3, -3}), 0);
}

TEST(ElementCount, NeverOverflows) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ElementCount({huge}), kManyElements);
  EXPECT_EQ(ElementCount({huge, huge, huge}), kManyElements);
  EXPECT_EQ(ElementCount({int64_t{1} << 32, int64_t{1} << 32}), kManyElements);
  EXPECT_EQ(ElementCount({huge, huge, 0}), 0);
  EXPECT_GT(kManyElements * DTypeSize(DType::kF64), 0);
}

TEST(ShapeText, IsAList) {
  EXPECT_EQ(ShapeText({}), "[]");
  EXPECT_EQ(ShapeText({3}), "[3]");
  EXPECT_EQ(ShapeText({3, -1, 12}), "[3, -1, 12]");
}

TEST(ObservationSpec, PictureIsBytesOf0To255) {
  const ObservationSpec spec = ObservationSpec::Picture("camera", 24, 32, 3);
  EXPECT_EQ(spec.name, "camera");
  EXPECT_EQ(spec.kind, ObservationKind::kPicture);
  EXPECT_EQ(spec.shape, (Shape{24, 32, 3}));
  EXPECT_EQ(spec.low, 0);
  EXPECT_EQ(spec.high, 255);
  EXPECT_EQ(spec.dtype(), DType::kU8);
  EXPECT_EQ(spec.bytes(), 24 * 32 * 3);
  EXPECT_FALSE(spec.privileged);
}

TEST(ObservationSpec, TilesAreCategoryNumbers) {
  const ObservationSpec spec = ObservationSpec::Tiles("view", {3, 5}, 7);
  EXPECT_EQ(spec.kind, ObservationKind::kTiles);
  EXPECT_EQ(spec.low, 0);
  EXPECT_EQ(spec.high, 6);
  EXPECT_EQ(spec.categories(), 7);
  EXPECT_EQ(spec.dtype(), DType::kU8);
  EXPECT_EQ(spec.bytes(), 15);
}

TEST(ObservationSpec, VectorIsFloats) {
  const ObservationSpec spec = ObservationSpec::Vector("pose", {3}, -2, 4);
  EXPECT_EQ(spec.kind, ObservationKind::kVector);
  EXPECT_EQ(spec.low, -2);
  EXPECT_EQ(spec.high, 4);
  EXPECT_EQ(spec.dtype(), DType::kF32);
  EXPECT_EQ(spec.elements(), 3);
  EXPECT_EQ(spec.bytes(), 12);
}

TEST(ObservationSpec, PrivilegedChangesNothingElse) {
  const ObservationSpec spec = ObservationSpec::Vector("pose", {3}, -2, 4);
  ObservationSpec hidden = spec.Privileged();
  EXPECT_TRUE(hidden.privileged);
  hidden.privileged = false;
  EXPECT_EQ(hidden, spec);
}

TEST(ActionField, DiscreteHasOneWord) {
  const ActionField field = ActionField::Discrete("move", 4);
  EXPECT_EQ(field.kind, ActionField::Kind::kDiscrete);
  EXPECT_EQ(field.choices, std::vector<int64_t>{4});
  EXPECT_EQ(field.words(), 1);
}

TEST(ActionField, MultiDiscreteHasAWordPerFactor) {
  const ActionField field = ActionField::MultiDiscrete("tools", {2, 3, 9});
  EXPECT_EQ(field.kind, ActionField::Kind::kDiscrete);
  EXPECT_EQ(field.words(), 3);
}

TEST(ActionField, ContinuousHasAWordPerDimension) {
  const ActionField field = ActionField::Continuous("aim", 2, -90, 90);
  EXPECT_EQ(field.kind, ActionField::Kind::kContinuous);
  EXPECT_EQ(field.words(), 2);
  EXPECT_EQ(field.low, -90);
  EXPECT_EQ(field.high, 90);
}

TEST(ActionSpec, CountsWordsAndChoicesOfAllFields) {
  const ActionSpec action = GoodSpec().action;
  EXPECT_EQ(action.words(), 1 + 2 + 2);
  EXPECT_EQ(action.choices(), 4 + 2 + 3);
}

TEST(ActionSpec, CountsNeverOverflow) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  ActionSpec action;
  action.fields = {ActionField::MultiDiscrete("a", {huge, huge, huge}),
                   ActionField::Continuous("b", huge, 0, 1),
                   ActionField::Continuous("c", huge, 0, 1)};
  EXPECT_GT(action.words(), int64_t{1} << 30);
  EXPECT_GT(action.choices(), int64_t{1} << 30);
}

TEST(EnvironmentSpec, FindsAnObservationByName) {
  EXPECT_EQ(GoodSpec().IndexOf("camera"), 0);
  EXPECT_EQ(GoodSpec().IndexOf("pose.xy"), 3);
  EXPECT_EQ(GoodSpec().IndexOf("pose"), -1);
}

TEST(CheckSpec, TakesAGoodSpec) {
  EXPECT_EQ(Message([](EnvironmentSpec&) {}), "");
}

TEST(CheckSpec, TakesScalars) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.observations[2].shape = {}; }),
            "");
}

TEST(CheckSpec, WantsANameOfTheEnvironment) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.name = ""; }),
            "environment: name: expected one or more of a-z, 0-9, '_' and '.', "
            "found ''");
}

TEST(CheckSpec, WantsPlainNamesOfObservations) {
  for (const std::string name :
       {"", "Camera", "a b", "a-b", "a/b", "\xc3\xa4"}) {
    EXPECT_EQ(
        Message([&](EnvironmentSpec& s) { s.observations[0].name = name; }),
        "observation: name: expected one or more of a-z, 0-9, '_' and '.', "
        "found '" + name + "'");
  }
}

TEST(CheckSpec, WantsPlainNamesOfActions) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[1].name = "Tools"; }),
      "action: name: expected one or more of a-z, 0-9, '_' and '.', found "
      "'Tools'");
}

TEST(CheckSpec, RefusesAnObservationTwice) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.observations[3].name = "camera"; }),
      "observation 'camera': expected names that differ, found it twice");
}

TEST(CheckSpec, RefusesAnActionTwice) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[2].name = "move"; }),
      "action 'move': expected names that differ, found it twice");
}

TEST(CheckSpec, LetsAnObservationAndAnActionShareAName) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[0].name = "camera"; }),
      "");
}

TEST(CheckSpec, WantsSizesOfAtLeastOne) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.observations[1].shape = {3, 0}; }),
      "observation 'view': shape: expected sizes of at least 1, found [3, 0]");
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.observations[2].shape = {-2}; }),
      "observation 'compass': shape: expected sizes of at least 1, found "
      "[-2]");
}

TEST(CheckSpec, WantsObservationsThatFitInMemory) {
  const int64_t huge = int64_t{1} << 62;
  EXPECT_EQ(Message([&](EnvironmentSpec& s) {
              s.observations[2].shape = {huge, huge};
            }),
            "observation 'compass': shape: expected at most 1073741824 "
            "elements, found [4611686018427387904, 4611686018427387904]");
}

TEST(CheckSpec, WantsThreeSizesOfAPicture) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.observations[0].shape = {24, 32}; }),
      "observation 'camera': shape: expected [height, width, channels] for a "
      "picture, found [24, 32]");
}

TEST(CheckSpec, WantsTheRangeOfAPicture) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.observations[0].high = 1; }),
            "observation 'camera': range: expected [0, 255] for a picture, "
            "found [0, 1]");
}

TEST(CheckSpec, TakesOneTo256Categories) {
  for (const int64_t categories : {1, 2, 255, 256}) {
    EXPECT_EQ(Message([&](EnvironmentSpec& s) {
                s.observations[1] =
                    ObservationSpec::Tiles("view", {3}, categories);
              }),
              "");
  }
}

TEST(CheckSpec, RefusesOtherCategories) {
  for (const int64_t categories : {-1, 0, 257}) {
    EXPECT_EQ(Message([&](EnvironmentSpec& s) {
                s.observations[1] =
                    ObservationSpec::Tiles("view", {3}, categories);
              }),
              "observation 'view': range: expected [0, categories - 1] with 1 "
              "to 256 categories for tiles, found [0, " +
                  std::to_string(categories - 1) + "]");
  }
}

TEST(CheckSpec, RefusesARangeOfTilesThatIsNotWhole) {
  for (const double high : {2.5, kInfinity, kNan}) {
    EXPECT_NE(
        Message([&](EnvironmentSpec& s) { s.observations[1].high = high; }),
        "");
  }
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.observations[1].low = 1; }), "");
}

TEST(CheckSpec, WantsAnOrderedRangeOfAVector) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.observations[2].low = 1.5; }),
            "observation 'compass': range: expected low < high, found [1.5, "
            "1]");
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.observations[2].low = kNan; }),
            "observation 'compass': range: expected low < high, found [nan, "
            "1]");
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.observations[2].low = 1; }), "");
}

TEST(CheckSpec, WantsSomethingThatAgentsSee) {
  const std::string expected =
      "observations: expected at least one that is not privileged, found none";
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.observations.clear(); }),
            expected);
  EXPECT_EQ(Message([](EnvironmentSpec& s) {
              for (ObservationSpec& o : s.observations) o = o.Privileged();
            }),
            expected);
}

TEST(CheckSpec, WantsAnAction) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.action.fields.clear(); }),
            "action: expected at least one field, found none");
}

TEST(CheckSpec, WantsAFactorOfADiscreteField) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[1].choices.clear(); }),
      "action 'tools': choices: expected at least one factor, found none");
}

TEST(CheckSpec, WantsChoicesThatAnF32Counts) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[1].choices[1] = 0; }),
      "action 'tools': choices: expected 1 to 16777216, found [2, 0]");
  EXPECT_EQ(Message([](EnvironmentSpec& s) {
              s.action.fields[0].choices = {1 << 24};
            }),
            "");
  EXPECT_EQ(Message([](EnvironmentSpec& s) {
              s.action.fields[0].choices = {(1 << 24) + 1};
            }),
            "action 'move': choices: expected 1 to 16777216, found "
            "[16777217]");
}

TEST(CheckSpec, WantsDimensionsOfAContinuousField) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[2].dimensions = 0; }),
      "action 'aim': dimensions: expected 1 to 1073741824, found 0");
}

TEST(CheckSpec, WantsAFiniteOrderedRangeOfAnAction) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.action.fields[2].low = 90; }),
            "action 'aim': range: expected finite low < high, found [90, 90]");
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[2].high = kInfinity; }),
      "action 'aim': range: expected finite low < high, found [-90, inf]");
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.action.fields[2].low = kNan; }),
            "");
  EXPECT_NE(
      Message([](EnvironmentSpec& s) { s.action.fields[2].high = 1e300; }), "");
}

TEST(CheckSpec, RefusesWhatAFieldDoesNotHave) {
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[0].dimensions = 2; }),
      "action 'move': a discrete field has neither dimensions nor a range; "
      "found 2 dimensions within [-1, 1]");
  EXPECT_EQ(
      Message([](EnvironmentSpec& s) { s.action.fields[2].choices = {3}; }),
      "action 'aim': a continuous field has no choices; found [3]");
}

TEST(CheckSpec, WantsAnActionThatFitsInMemory) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) {
              s.action.fields = {ActionField::MultiDiscrete(
                  "a", std::vector<int64_t>(65, 1 << 24))};
            }),
            "action: expected at most 1073741824 words and choices in all, "
            "found 65 words and 1090519040 choices");
}

TEST(CheckSpec, WantsADiscreteFieldForAMask) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.action.has_mask = true; }), "");
  EXPECT_EQ(Message([](EnvironmentSpec& s) {
              s.action.has_mask = true;
              s.action.fields = {ActionField::Continuous("aim", 2, -90, 90)};
            }),
            "action: a mask expects a discrete field, found none");
}

TEST(CheckSpec, WantsTimeToPass) {
  EXPECT_EQ(Message([](EnvironmentSpec& s) { s.seconds_per_step = 0; }),
            "seconds_per_step: expected a finite number above 0, found 0");
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.seconds_per_step = -1; }), "");
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.seconds_per_step = kNan; }), "");
  EXPECT_NE(Message([](EnvironmentSpec& s) { s.seconds_per_step = kInfinity; }),
            "");
}

TEST(CheckActionSpec, LooksAtTheActionAlone) {
  ActionSpec action = GoodSpec().action;
  EXPECT_TRUE(CheckActionSpec(action).ok());
  action.fields[0].choices = {0};
  EXPECT_FALSE(CheckActionSpec(action).ok());
}

}  // namespace
}  // namespace credo
