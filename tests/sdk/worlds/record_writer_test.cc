#include "sdk/worlds/record_writer.h"
#include "sdk/worlds/record_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>


namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class RecordWriterTest : public testing::Test {
 protected:
  static EnvironmentSpec MakeSpec() {
    EnvironmentSpec spec;
    spec.name = "fake";
    spec.observations = {
        ObservationSpec::Tiles("tiles", {2, 2}, 3),
        ObservationSpec::Vector("angle", {2}, -std::numbers::pi,
                                std::numbers::pi),
        ObservationSpec::Vector("free", {1}, -INFINITY, INFINITY)};
    spec.action.fields = {ActionField::Discrete("move", 3)};
    spec.action.has_mask = true;
    return spec;
  }

  void Open(bool first = false) { writer_.Open(buffer_.rows(), 0, first); }
  void PutAll() {
    writer_.Put(0, std::vector<uint8_t>{0, 1, 2, 0});
    writer_.Put(1, std::vector<float>{0.5f, -0.5f});
    writer_.Put(2, std::vector<float>{7});
  }
  std::string CloseMessage() {
    const Status status = writer_.Close();
    EXPECT_EQ(status.code(), StatusCode::kInternal);
    return status.message();
  }

  const EnvironmentSpec spec_ = MakeSpec();
  RecordBuffer buffer_{spec_, 2};
  RecordWriter writer_{spec_};
};

TEST_F(RecordWriterTest, WritesTheRowOfItsCharacter) {
  writer_.Open(buffer_.rows(), 1, false);
  PutAll();
  writer_.SetReward(2.5);
  ASSERT_TRUE(writer_.Close().ok());
  EXPECT_THAT(buffer_.Bytes("tiles", 1), ElementsAre(0, 1, 2, 0));
  EXPECT_THAT(buffer_.Floats("angle", 1), ElementsAre(0.5f, -0.5f));
  EXPECT_EQ(buffer_.reward(1), 2.5f);
  EXPECT_EQ(buffer_.kind(1), Kind::kMid);
  EXPECT_THAT(buffer_.Bytes("tiles", 0), ElementsAre(0, 0, 0, 0));
}

TEST_F(RecordWriterTest, VoidsTheRewardOfAFirstRecord) {
  Open(/*first=*/true);
  PutAll();
  writer_.SetReward(3);
  ASSERT_TRUE(writer_.Close().ok());
  EXPECT_EQ(buffer_.reward(), 0);
  EXPECT_EQ(buffer_.kind(), Kind::kFirst);
}

TEST_F(RecordWriterTest, StartsEachRecordAnew) {
  Open();
  PutAll();
  writer_.SetReward(3);
  writer_.Mask()[1] = 0;
  writer_.End(Kind::kTerminal);
  ASSERT_TRUE(writer_.Close().ok());
  Open();
  PutAll();
  ASSERT_TRUE(writer_.Close().ok());
  EXPECT_EQ(buffer_.reward(), 0);
  EXPECT_EQ(buffer_.kind(), Kind::kMid);
  EXPECT_THAT(buffer_.mask(), ElementsAre(1, 1, 1));
}

TEST_F(RecordWriterTest, ReportsAWrongSize) {
  Open();
  PutAll();
  writer_.Put(0, std::vector<uint8_t>{1, 2, 0});
  EXPECT_THAT(CloseMessage(),
              HasSubstr("'tiles': expected 4 values of u8, found 3 of u8"));
}

TEST_F(RecordWriterTest, ReportsAWrongType) {
  Open();
  PutAll();
  writer_.Put(0, std::vector<float>{1, 2, 0, 0});
  EXPECT_THAT(CloseMessage(),
              HasSubstr("'tiles': expected 4 values of u8, found 4 of f32"));
}

TEST_F(RecordWriterTest, ReportsAnObservationThatIsLeftOut) {
  Open();
  PutAll();
  ASSERT_TRUE(writer_.Close().ok());
  Open();
  writer_.Put(0, std::vector<uint8_t>{0, 0, 0, 0});
  writer_.Put(2, std::vector<float>{1});
  EXPECT_THAT(CloseMessage(), HasSubstr("'angle': expected to be written"));
}

TEST_F(RecordWriterTest, ReportsATileOutOfRange) {
  Open();
  PutAll();
  writer_.Put(0, std::vector<uint8_t>{0, 0, 9, 0});
  EXPECT_THAT(CloseMessage(),
              HasSubstr("'tiles': expected finite values from 0 to 2, found 9 "
                        "at element 2"));
}

TEST_F(RecordWriterTest, ChecksWhatIsWrittenInPlace) {
  Open();
  PutAll();
  writer_.Bytes(0)[3] = 3;
  EXPECT_THAT(CloseMessage(), HasSubstr("found 3 at element 3"));
  Open();
  PutAll();
  writer_.Floats(1)[1] = 4;
  EXPECT_THAT(CloseMessage(), HasSubstr("found 4 at element 1"));
}

TEST_F(RecordWriterTest, ReportsNan) {
  Open();
  PutAll();
  writer_.Put(1, std::vector<float>{0, kNan});
  EXPECT_THAT(CloseMessage(), HasSubstr("found nan at element 1"));
}

TEST_F(RecordWriterTest, ReportsInfinityEvenWithoutBounds) {
  for (const float value : {kInfinity, -kInfinity, kNan}) {
    Open();
    PutAll();
    writer_.Put(2, std::vector<float>{value});
    EXPECT_THAT(CloseMessage(), HasSubstr("'free': expected finite values"));
  }
}

TEST_F(RecordWriterTest, AcceptsTheNearestFloatOfABound) {
  Open();
  PutAll();
  const float pi = std::numbers::pi_v<float>;  // above pi itself
  writer_.Put(1, std::vector<float>{pi, -pi});
  EXPECT_TRUE(writer_.Close().ok());
}

TEST_F(RecordWriterTest, ReportsARewardThatIsNotFinite) {
  for (const double reward : {double{kNan}, double{kInfinity}, 1e300}) {
    Open();
    PutAll();
    writer_.SetReward(reward);
    EXPECT_THAT(CloseMessage(), HasSubstr("reward: expected a finite number"));
  }
}

TEST_F(RecordWriterTest, ReportsEndInReset) {
  Open(/*first=*/true);
  PutAll();
  writer_.End(Kind::kTerminal);
  EXPECT_THAT(CloseMessage(),
              HasSubstr("kind: expected no End in Reset, as a first record "
                        "ends no episode, found terminal"));
}

TEST_F(RecordWriterTest, ReportsAnEndThatIsNone) {
  Open();
  PutAll();
  writer_.End(Kind::kFirst);
  EXPECT_THAT(CloseMessage(),
              HasSubstr("expected terminal or truncated in End, found first"));
}

TEST_F(RecordWriterTest, ReportsABadMask) {
  Open();
  PutAll();
  writer_.Mask()[1] = 2;
  EXPECT_THAT(CloseMessage(),
              HasSubstr("mask: expected 0 or 1, found 2 at choice 1"));
}

TEST_F(RecordWriterTest, ThrowsOnMisuse) {
  Open();
  EXPECT_THROW(writer_.Put(3, std::vector<float>{1}), std::out_of_range);
  EXPECT_THROW(writer_.Put(-1, std::vector<float>{1}), std::out_of_range);
  EXPECT_THROW(writer_.Floats(0), std::logic_error);
  EXPECT_THROW(writer_.Bytes(1), std::logic_error);
}

TEST_F(RecordWriterTest, HasNoMaskWhenTheActionHasNone) {
  EnvironmentSpec spec = spec_;
  spec.action.has_mask = false;
  RecordBuffer buffer(spec, 1);
  RecordWriter writer(spec);
  writer.Open(buffer.rows(), 0, false);
  EXPECT_THROW(writer.Mask(), std::logic_error);
}

}  // namespace
}  // namespace credo
