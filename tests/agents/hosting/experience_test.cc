#include "agents/hosting/experience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

namespace credo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// One row shows its number and that of the record; a state is the number of the
// record that left it.
class ExperienceTest : public testing::Test {
 protected:
  ExperienceTest() {
    spec_.name = "cards";
    spec_.observations = {
        ObservationSpec::Tiles("view", {2}, 256),
        ObservationSpec::Vector("truth", {1}, -1e9, 1e9).Privileged()};
    spec_.action.fields = {ActionField::Discrete("move", 3)};
    spec_.action.has_mask = true;
  }

  void Make(int64_t steps, int64_t rows, int64_t slots) {
    auto made =
        Experience::Make(spec_, steps, sizeof(uint64_t), rows, slots);
    ASSERT_TRUE(made.ok()) << made.status().message();
    experience_ = *std::move(made);
    records_.assign(static_cast<size_t>(rows), 0);
  }

  void Add(int64_t row, Kind kind, bool continues = true, bool told = true) {
    const uint64_t number = ++records_[row];
    const uint8_t view[2] = {static_cast<uint8_t>(row),
                             static_cast<uint8_t>(number)};
    const auto truth = static_cast<float>(number);
    if (told) {
      ASSERT_TRUE(experience_->Tell(row, "truth",
                                    std::as_bytes(std::span(&truth, 1)))
                      .ok());
    }
    const std::byte* const shown[] = {
        reinterpret_cast<const std::byte*>(view)};
    const uint8_t mask[3] = {1, 0, static_cast<uint8_t>(number % 2)};
    const float action = static_cast<float>(number % 3);
    HostRecord record;
    record.row = row;
    record.kind = kind;
    record.reward = static_cast<float>(number);
    record.observations = shown;
    record.mask = mask;
    record.action = {&action, 1};
    record.log_probability = -static_cast<float>(number);
    record.state = std::as_bytes(std::span(&number, 1));
    record.continues = continues && kind != Kind::kFirst;
    experience_->Add(record);
  }

  // Numbers of the records of a column.
  static std::vector<int> Numbers(const Column& column) {
    std::vector<int> numbers;
    for (int64_t t = 0; t <= column.layout().steps; ++t) {
      numbers.push_back(static_cast<int>(column.observation(t, 0)[1]));
    }
    return numbers;
  }
  static std::vector<Kind> Kinds(const Column& column) {
    std::vector<Kind> kinds;
    for (int64_t t = 0; t <= column.layout().steps; ++t) {
      kinds.push_back(column.kind(t));
    }
    return kinds;
  }
  static uint64_t State(const Column& column) {
    uint64_t number;
    std::memcpy(&number, column.state(), sizeof(number));
    return number;
  }

  EnvironmentSpec spec_;
  std::unique_ptr<Experience> experience_;
  std::vector<uint64_t> records_;
};

TEST_F(ExperienceTest, ColumnsFollowOneAnotherAndShareARecord) {
  Make(3, 1, 4);
  Add(0, Kind::kFirst);
  for (int i = 0; i < 8; ++i) Add(0, Kind::kMid);
  const auto first = experience_->Take();
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(Numbers(first->column), ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(first->follows);
  EXPECT_EQ(State(first->column), 0u);
  const auto second = experience_->Take();
  ASSERT_TRUE(second.has_value());
  EXPECT_THAT(Numbers(second->column), ElementsAre(4, 5, 6, 7));
  EXPECT_TRUE(second->follows);
  // The state before record 4 is the one that record 3 left.
  EXPECT_EQ(State(second->column), 3u);
  EXPECT_FALSE(experience_->Take().has_value());
  EXPECT_EQ(experience_->counts().columns, 2u);
  EXPECT_EQ(experience_->counts().records, 9u);
  EXPECT_EQ(experience_->counts().lost, 0u);
}

TEST_F(ExperienceTest, AColumnHoldsAllOfARecord) {
  Make(1, 2, 4);
  Add(1, Kind::kFirst);
  Add(1, Kind::kTerminal);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  const Column& column = filled->column;
  EXPECT_EQ(filled->row, 1);
  EXPECT_EQ(static_cast<int>(column.observation(1, 0)[0]), 1);
  float truth;
  std::memcpy(&truth, column.observation(1, 1), sizeof(truth));
  EXPECT_EQ(truth, 2);
  EXPECT_EQ(column.reward(0), 0);
  EXPECT_EQ(column.action(0)[0], 0);
  EXPECT_EQ(column.log_probability(0), 0);
  EXPECT_EQ(column.reward(1), 2);
  EXPECT_EQ(column.action(1)[0], 2);
  EXPECT_EQ(column.log_probability(1), -2);
  EXPECT_EQ(column.kind(1), Kind::kTerminal);
  EXPECT_EQ(column.mask(0)[2], 1);
  EXPECT_EQ(column.mask(1)[2], 0);
  Add(1, Kind::kFirst);
  const auto next = experience_->Take();
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(State(next->column), 1u);
}

TEST_F(ExperienceTest, ARowThatIsMetInTheMiddleBeginsOneRecordLater) {
  Make(2, 1, 2);
  Add(0, Kind::kMid, /*continues=*/false);
  for (int i = 0; i < 3; ++i) Add(0, Kind::kMid);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Numbers(filled->column), ElementsAre(2, 3, 4));
  EXPECT_EQ(State(filled->column), 1u);
  EXPECT_EQ(experience_->counts().skipped, 1u);
}

TEST_F(ExperienceTest, WhatALoadedStateBringsDoesNotStandBesideWhatWasBefore) {
  Make(2, 1, 2);
  Add(0, Kind::kFirst);
  Add(0, Kind::kMid);
  Add(0, Kind::kMid, /*continues=*/false);
  for (int i = 0; i < 3; ++i) Add(0, Kind::kMid);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Numbers(filled->column), ElementsAre(4, 5, 6));
  EXPECT_EQ(State(filled->column), 3u);
  EXPECT_FALSE(filled->follows);
}

TEST_F(ExperienceTest, AnEpisodeThatIsLeftCountsAsCutShort) {
  Make(3, 1, 2);
  Add(0, Kind::kFirst);
  Add(0, Kind::kMid);
  Add(0, Kind::kFirst);
  Add(0, Kind::kMid);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Kinds(filled->column),
              ElementsAre(Kind::kFirst, Kind::kTruncated, Kind::kFirst,
                          Kind::kMid));
}

TEST_F(ExperienceTest, AnEpisodeOfOneRecordIsNone) {
  Make(3, 1, 2);
  Add(0, Kind::kFirst);
  Add(0, Kind::kFirst);
  Add(0, Kind::kFirst);
  for (int i = 0; i < 3; ++i) Add(0, Kind::kMid);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Numbers(filled->column), ElementsAre(3, 4, 5, 6));
}

TEST_F(ExperienceTest, WithoutASlotRecordsAreCountedAndTheRowGoesOnLater) {
  Make(1, 1, 1);
  Add(0, Kind::kFirst);
  for (int i = 0; i < 9; ++i) Add(0, Kind::kMid);
  // Two slots, two columns: records 1 2, 2 3; then none was free.
  EXPECT_EQ(experience_->counts().columns, 2u);
  EXPECT_EQ(experience_->counts().lost, 7u);
  while (const auto filled = experience_->Take()) experience_->Return(*filled);
  for (int i = 0; i < 3; ++i) Add(0, Kind::kMid);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Numbers(filled->column), ElementsAre(12, 13));
  EXPECT_EQ(State(filled->column), 11u);
  EXPECT_FALSE(filled->follows);
}

TEST_F(ExperienceTest, ARecordThatLacksSomethingPrivilegedIsSkipped) {
  Make(1, 1, 2);
  Add(0, Kind::kFirst);
  Add(0, Kind::kMid, true, /*told=*/false);
  Add(0, Kind::kMid);
  Add(0, Kind::kMid);
  EXPECT_EQ(experience_->counts().skipped, 1u);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_THAT(Numbers(filled->column), ElementsAre(3, 4));
  EXPECT_EQ(State(filled->column), 2u);
}

TEST_F(ExperienceTest, WrongPrivilegedDataIsRefusedByName) {
  Make(1, 1, 2);
  const std::byte bytes[8] = {};
  EXPECT_THAT(experience_->Tell(0, "view", bytes).message(),
              HasSubstr("'view'"));
  EXPECT_THAT(experience_->Tell(0, "truth", bytes).message(),
              HasSubstr("expected 4 bytes, found 8"));
  EXPECT_THAT(experience_->Tell(1, "truth", {bytes, 4}).message(),
              HasSubstr("expected 0 to 0, found 1"));
}

TEST_F(ExperienceTest, AnActionThatNoPolicyDrewCountsAsCertain) {
  Make(1, 1, 2);
  Add(0, Kind::kFirst);
  const float truth = 0;
  ASSERT_TRUE(
      experience_->Tell(0, "truth", std::as_bytes(std::span(&truth, 1))).ok());
  const uint8_t view[2] = {};
  const std::byte* const shown[] = {reinterpret_cast<const std::byte*>(view)};
  const uint64_t state = 0;
  const uint8_t mask[3] = {1, 1, 1};
  const float action = 1;
  HostRecord record;
  record.observations = shown;
  record.mask = mask;
  record.action = {&action, 1};
  record.log_probability = std::numeric_limits<float>::quiet_NaN();
  record.state = std::as_bytes(std::span(&state, 1));
  record.continues = true;
  experience_->Add(record);
  const auto filled = experience_->Take();
  ASSERT_TRUE(filled.has_value());
  EXPECT_EQ(filled->column.log_probability(1), 0);
}

TEST_F(ExperienceTest, ReturnsAreOfWholeEpisodes) {
  Make(4, 1, 8);
  Add(0, Kind::kMid, false);
  Add(0, Kind::kTerminal);  // its beginning was not seen
  Add(0, Kind::kFirst);
  Add(0, Kind::kMid);       // reward 4
  Add(0, Kind::kTruncated); // reward 5
  EXPECT_EQ(experience_->counts().episodes, 1u);
  EXPECT_EQ(experience_->counts().return_sum, 9);
  EXPECT_EQ(experience_->counts().length_sum, 2u);
}

// Also what ThreadSanitizer looks at: one thread puts in, one takes out.
TEST_F(ExperienceTest, TwoThreadsSeeWholeColumnsInOrder) {
  constexpr int kRecords = 20000;
  Make(5, 3, 7);
  std::atomic<bool> done = false;
  uint64_t taken = 0;
  std::thread learner([&] {
    while (true) {
      const bool last = done;
      while (const auto filled = experience_->Take()) {
        const std::vector<int> numbers = Numbers(filled->column);
        for (size_t t = 1; t < numbers.size(); ++t) {
          ASSERT_EQ(numbers[t], (numbers[t - 1] + 1) % 256);
        }
        ASSERT_EQ(static_cast<int>(filled->column.observation(0, 0)[0]),
                  filled->row);
        ++taken;
        experience_->Return(*filled);
      }
      if (last) return;
    }
  });
  for (int64_t row = 0; row < 3; ++row) Add(row, Kind::kFirst);
  for (int i = 0; i < kRecords; ++i) {
    const uint64_t lost = experience_->counts().lost;
    Add(i % 3, Kind::kMid);
    // So that the other thread has its turn.
    if (experience_->counts().lost > lost) std::this_thread::yield();
  }
  done = true;
  learner.join();
  EXPECT_EQ(taken, experience_->counts().columns);
  EXPECT_GE(taken, 7u);
}

}  // namespace
}  // namespace credo
