// The calls and their ends, with a library that stands for NCCL among threads
// (fake_nccl.cc). Only GPUs can show NCCL itself.
#include "agents/learning/nccl_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "agents/learning/rank_group.h"

namespace credo {
namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr int64_t kRanks = 3;

void ForEachRank(const std::function<void(int64_t)>& work) {
  std::vector<std::thread> ranks;
  for (int64_t rank = 0; rank < kRanks; ++rank) {
    ranks.emplace_back([&work, rank] { work(rank); });
  }
  for (std::thread& rank : ranks) rank.join();
}

class NcclRingTest : public testing::Test {
 protected:
  NcclRingTest()
      : library_(*NcclLibrary::Load(CREDO_FAKE_NCCL)),
        id_(library_->NewId()) {}

  Result<std::unique_ptr<NcclRing>> Join(int64_t rank, double timeout) const {
    return NcclRing::Join(library_, id_, {rank, kRanks, at::kCPU, timeout});
  }

  std::shared_ptr<const NcclLibrary> library_;
  std::string id_;
};

TEST_F(NcclRingTest, SumsAndGathers) {
  ForEachRank([&](int64_t rank) {
    const auto ring = Join(rank, 60);
    ASSERT_TRUE(ring.ok()) << ring.status().message();
    for (const auto type : {torch::kFloat, torch::kDouble}) {
      const at::Tensor numbers = torch::full({2, 3}, rank + 1, type);
      (*ring)->Sum(numbers);
      EXPECT_TRUE(at::equal(numbers, torch::full({2, 3}, 6, type)));
    }
    const at::Tensor all =
        (*ring)->Gather(torch::full({2, 1}, rank, torch::kByte));
    EXPECT_EQ(all.sizes(), (at::IntArrayRef{kRanks, 2, 1}));
    EXPECT_TRUE(at::equal(all.select(1, 0).flatten(),
                          torch::arange(kRanks, torch::kByte)));
    (*ring)->Watch();
  });
}

TEST_F(NcclRingTest, EndsWhereARankDoesNotCome) {
  const auto begin = Clock::now();
  ForEachRank([&](int64_t rank) {
    const auto ring = Join(rank, /*timeout=*/3);
    ASSERT_TRUE(ring.ok()) << ring.status().message();
    if (rank == 1) {
      std::this_thread::sleep_for(std::chrono::seconds(4));
      return;
    }
    EXPECT_THROW((*ring)->Sum(torch::ones({4})), std::runtime_error);
    EXPECT_THAT((*ring)->fault(), HasSubstr("NCCL: "));
    EXPECT_THROW((*ring)->Gather(torch::ones({4})), std::runtime_error);
  });
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(NcclRingTest, BrokenOffItWaitsForNobody) {
  const auto begin = Clock::now();
  ForEachRank([&](int64_t rank) {
    const auto ring = Join(rank, /*timeout=*/60);
    ASSERT_TRUE(ring.ok()) << ring.status().message();
    if (rank == 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      (*ring)->Break("for a test");
      EXPECT_EQ((*ring)->fault(), "for a test");
    }
    EXPECT_THROW((*ring)->Sum(torch::ones({4})), std::runtime_error);
  });
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(NcclRingTest, IsNotJoinedAlone) {
  const auto ring = Join(0, /*timeout=*/0.2);
  EXPECT_EQ(ring.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(ring.status().message(), HasSubstr("not all ranks met"));
}

TEST(NcclLibrary, SaysWhatIsMissing) {
  EXPECT_THAT(NcclLibrary::Load("libno_nccl.so").status().message(),
              HasSubstr("libno_nccl.so"));
  EXPECT_THAT(NcclLibrary::Load("libm.so.6").status().message(),
              HasSubstr("libm.so.6: expected NCCL, found no nccl"));
}

// Ranks of a group, of which each names its library.
void InGroup(int64_t port, double timeout,
             const std::function<void(RankGroup&)>& work) {
  ForEachRank([&](int64_t rank) {
    const auto group = RankGroup::Join({.rank = rank,
                                        .size = kRanks,
                                        .local = rank,
                                        .host = "127.0.0.1",
                                        .port = port,
                                        .timeout = timeout});
    ASSERT_TRUE(group.ok()) << group.status().message();
    work(**group);
  });
}

TEST(RankGroup, SumsWhereItsDevicesAre) {
  InGroup(29641, 60, [](RankGroup& group) {
    EXPECT_EQ(group.Reach(at::kCPU, CREDO_FAKE_NCCL), "");
    EXPECT_TRUE(group.Reaches(at::kCPU));
    EXPECT_FALSE(group.Reaches(at::Device(at::kCUDA, 0)));
    const at::Tensor numbers = torch::full({5}, group.member(), torch::kFloat);
    group.Sum(numbers);
    EXPECT_TRUE(at::equal(numbers, torch::full({5}, 3.0F)));
    EXPECT_TRUE(at::equal(
        group.Gather(torch::tensor({group.member()})).flatten(),
        torch::arange(kRanks)));
    group.WatchDevice();
  });
}

TEST(RankGroup, GoesByTheHostWhereOneHasNoGpu) {
  InGroup(29642, 60, [](RankGroup& group) {
    const std::string why =
        group.Reach(at::kCPU, group.member() == 1 ? "" : CREDO_FAKE_NCCL);
    EXPECT_EQ(why, group.member() == 1 ? "this rank has no GPU"
                                       : "another rank has no GPU");
    const at::Tensor numbers = torch::ones({5});
    group.Sum(numbers);
    EXPECT_TRUE(at::equal(numbers, torch::full({5}, 3.0F)));
  });
}

TEST(RankGroup, NamesWhoLeftItsGpuWaiting) {
  InGroup(29643, /*timeout=*/30, [](RankGroup& group) {
    ASSERT_EQ(group.Reach(at::kCPU, CREDO_FAKE_NCCL), "");
    if (group.member() == 2) return group.Leave("for a test");
    try {
      group.Sum(torch::ones({5}));
      ADD_FAILURE() << "nobody was missed";
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr("rank 2 ended: for a test"));
    }
  });
}

}  // namespace
}  // namespace credo
