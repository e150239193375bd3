#include "simcore/start_sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace credo {
namespace {

constexpr Kind F = Kind::kFirst;
constexpr Kind M = Kind::kMid;
constexpr Kind X = Kind::kTruncated;
constexpr Kind Z = Kind::kTerminal;

// Numeric reference M1: T = 6, a first record at t = 3 (and the record before
// it is the last of its episode).
const std::vector<Kind> kReference = {M, M, X, F, M, M, M};

TEST(ValidOffsets, MatchesNumericReferenceM1) {
  const std::vector<int64_t> valid = ValidOffsets(kReference, 7, 1);
  // Largest k within an overshoot of 3: 2, 1, 0, 3, 2, 1, 0; 9 valid pairs.
  int64_t pairs = 0;
  std::vector<int64_t> largest;
  for (int64_t k : valid) {
    largest.push_back(std::min<int64_t>(k, 3));
    pairs += largest.back();
  }
  EXPECT_EQ(largest, (std::vector<int64_t>{2, 1, 0, 3, 2, 1, 0}));
  EXPECT_EQ(pairs, 9);
}

TEST(ValidOffsets, AFirstRecordAtZeroIsOfItsOwnEpisode) {
  EXPECT_EQ(ValidOffsets({F, M, Z}, 3, 1), (std::vector<int64_t>{2, 1, 0}));
}

TEST(ValidOffsets, ALastRecordIsALegalTarget) {
  EXPECT_EQ(ValidOffsets({M, X, F, M}, 4, 1),
            (std::vector<int64_t>{1, 0, 1, 0}));
}

TEST(ValidOffsets, ColumnsAreApart) {
  // Column 0: one episode; column 1: an episode of one record at t = 1.
  EXPECT_EQ(ValidOffsets({M, X, M, F, M, F}, 3, 2),
            (std::vector<int64_t>{2, 0, 1, 0, 0, 0}));
}

StartOptions Options(int64_t overshoot, int64_t starts, int64_t frames,
                     bool now, StartScheme scheme) {
  return {overshoot, starts, frames, now, scheme};
}

TEST(SampleStarts, NeverLeavesAnEpisode) {
  for (const StartScheme scheme :
       {StartScheme::kFullHorizon, StartScheme::kPairs}) {
    for (uint64_t update = 0; update < 200; ++update) {
      const StartPlan plan =
          SampleStarts(Options(3, 4, 2, true, scheme), kReference, 7, 1,
                       RandomStream(1, "test"), update);
      const std::vector<int64_t> valid = ValidOffsets(kReference, 7, 1);
      for (const DecodedFrame& frame : plan.frames) {
        EXPECT_LE(frame.offset, valid[plan.rows[frame.row].t]);
      }
    }
  }
}

TEST(SampleStarts, FullHorizonStartsSeeTheWholeOvershoot) {
  std::set<int64_t> starts;
  for (uint64_t update = 0; update < 100; ++update) {
    const StartPlan plan = SampleStarts(
        Options(2, 3, 0, false, StartScheme::kFullHorizon), kReference, 7, 1,
        RandomStream(1, "test"), update);
    for (const auto& row : plan.rows) starts.insert(row.t);
  }
  EXPECT_EQ(starts, (std::set<int64_t>{0, 3, 4}));
}

TEST(SampleStarts, PairsStartWhereverReferenceM1AllowsIt) {
  std::set<int64_t> starts;
  std::set<std::pair<int64_t, int64_t>> pairs;
  for (uint64_t update = 0; update < 100; ++update) {
    const StartPlan plan =
        SampleStarts(Options(3, 3, 0, false, StartScheme::kPairs), kReference,
                     7, 1, RandomStream(1, "test"), update);
    for (const auto& row : plan.rows) starts.insert(row.t);
    for (const DecodedFrame& frame : plan.frames) {
      pairs.emplace(plan.rows[frame.row].t, frame.offset);
    }
  }
  EXPECT_EQ(starts, (std::set<int64_t>{0, 1, 3, 4, 5}));
  EXPECT_EQ(pairs, (std::set<std::pair<int64_t, int64_t>>{
                       {0, 1}, {0, 2}, {1, 1}, {3, 1}, {3, 2}, {3, 3},
                       {4, 1}, {4, 2}, {5, 1}}));
}

TEST(SampleStarts, FallsBackToTheLongestHorizonThereIs) {
  const StartPlan plan =
      SampleStarts(Options(50, 5, 0, false, StartScheme::kFullHorizon),
                   kReference, 7, 1, RandomStream(1, "test"), 0);
  ASSERT_EQ(plan.rows.size(), 5u);
  for (const auto& row : plan.rows) {
    EXPECT_EQ(row.t, 3);
    EXPECT_EQ(row.horizon, 3);
  }
}

TEST(SampleStarts, AColumnWithoutAValidPairIsLeftOut) {
  // Column 1 consists of episodes of one record.
  const StartPlan plan =
      SampleStarts(Options(2, 2, 0, true, StartScheme::kFullHorizon),
                   {F, F, M, F, M, F}, 3, 2, RandomStream(1, "test"), 0);
  ASSERT_EQ(plan.rows.size(), 2u);
  EXPECT_EQ(plan.rows[0].b, 0);
  double sum = 0;
  for (const DecodedFrame& frame : plan.frames) sum += frame.weight;
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(SampleStarts, NoPairAtAllGivesAnEmptyPlan) {
  const StartPlan plan =
      SampleStarts(Options(2, 2, 0, true, StartScheme::kPairs), {F, F, F}, 3,
                   1, RandomStream(1, "test"), 0);
  EXPECT_TRUE(plan.rows.empty());
  EXPECT_TRUE(plan.frames.empty());
}

TEST(SampleStarts, APlanIsAFunctionOfSeedNameAndUpdate) {
  const auto plan = [](uint64_t seed, const char* name, uint64_t update) {
    std::vector<int64_t> starts;
    for (const auto& row :
         SampleStarts(Options(1, 8, 0, false, StartScheme::kPairs), kReference,
                      7, 1, RandomStream(seed, name), update)
             .rows) {
      starts.push_back(row.t);
    }
    return starts;
  };
  EXPECT_EQ(plan(1, "a", 2), plan(1, "a", 2));
  EXPECT_NE(plan(1, "a", 2), plan(2, "a", 2));
  EXPECT_NE(plan(1, "a", 2), plan(1, "b", 2));
  EXPECT_NE(plan(1, "a", 2), plan(1, "a", 3));
}

// T4: the subsampled loss has the expectation of the full one. The loss of a
// pair is an arbitrary number per pair; many plans are averaged.
class Unbiased : public testing::TestWithParam<std::tuple<StartScheme, int>> {
};
INSTANTIATE_TEST_SUITE_P(
    Schemes, Unbiased,
    testing::Combine(testing::Values(StartScheme::kFullHorizon,
                                     StartScheme::kPairs),
                     testing::Values(0, 1, 3)));

double PairLoss(int64_t t, int64_t k) {
  return std::sin(1.0 + 3.0 * static_cast<double>(t)) +
         0.7 * static_cast<double>(k * k);
}

TEST_P(Unbiased, TheMeanOverPlansIsTheFullLoss) {
  const auto [scheme, frames] = GetParam();
  // T = 4, L = 3, one episode.
  const std::vector<Kind> kinds = {M, M, M, M, M};
  const int64_t overshoot = 3;
  // Term by term from the definition of the scheme.
  double full = 0;
  double count = 0;
  for (int64_t t = 0; t <= 4; ++t) {
    for (int64_t k = 1; k <= overshoot && t + k <= 4; ++k) {
      const bool whole = t + overshoot <= 4;
      if (scheme == StartScheme::kFullHorizon && !whole) continue;
      full += PairLoss(t, k);
      count += 1;
    }
  }
  full /= count;
  double mean = 0;
  const int kPlans = 40000;
  for (int update = 0; update < kPlans; ++update) {
    const StartPlan plan = SampleStarts(
        Options(overshoot, 1, frames, false, scheme), kinds, 5, 1,
        RandomStream(3, "test"), static_cast<uint64_t>(update));
    for (const DecodedFrame& frame : plan.frames) {
      mean += frame.weight * PairLoss(plan.rows[frame.row].t, frame.offset);
    }
  }
  EXPECT_NEAR(mean / kPlans, full, 0.04);
}

TEST(SampleStarts, ThePresentFrameWeighsAsOneOffsetOfAll) {
  const StartPlan plan =
      SampleStarts(Options(3, 2, 0, true, StartScheme::kFullHorizon),
                   {M, M, M, M, M}, 5, 1, RandomStream(1, "test"), 0);
  std::map<int64_t, double> weights;
  for (const DecodedFrame& frame : plan.frames) {
    weights[frame.offset] += frame.weight;
  }
  for (int64_t k = 0; k <= 3; ++k) EXPECT_NEAR(weights[k], 0.25, 1e-12);
}

}  // namespace
}  // namespace credo
