// What docs/memories.md says one sees of a memory that fails.
#include <string>

#include "memory/addressed.h"
#include "memory/kanerva.h"
#include "memory/slots.h"
#include "tests/memory/memory_fixture.h"

namespace credo {
namespace {

class MemorySymptoms : public MemoryFixture {
 protected:
  // Of reads at random queries after the write of `step`.
  ReadStatistics Watched(const MemoryOutput& written, int64_t step) const {
    return memory_->Watch(
        written.contents[step],
        RandomLeaf({kRows, 3, memory_->shape().query}, 5).detach());
  }
};

// Addresses that hardly differ: each write goes everywhere alike, each read is
// of everything alike.
TEST_F(MemorySymptoms, Dead) {
  Make(AddressedMemory(), "{slots: 8, width: 4, sharpness: 0.01}");
  const MemoryOutput written = Write();
  EXPECT_NEAR(written.strength.max().item<double>(), 1.0 / 8, 0.01);
  EXPECT_GT(Watched(written, kSteps - 1).entropy.min().item<double>(), 0.999);
}

TEST_F(MemorySymptoms, NotDead) {
  Make(AddressedMemory(), "{slots: 8, width: 4, sharpness: 20}");
  const MemoryOutput written = Write();
  EXPECT_GT(written.strength.mean().item<double>(), 0.5);
  EXPECT_LT(Watched(written, kSteps - 1).entropy.mean().item<double>(), 0.8);
}

TEST_F(MemorySymptoms, FewerRowsThanSteps) {
  Make(SlotsMemory(), "{slots: 3, width: 4, key: 2}");
  const MemoryOutput written = Write();
  const auto occupied = [&](int64_t step) {
    return Watched(written, step).occupancy.mean().item<double>();
  };
  EXPECT_NEAR(occupied(0), 1.0 / 3, 1e-6);
  EXPECT_EQ(occupied(2), 1);
  EXPECT_EQ(occupied(4), 1);
}

// The strength of the last of many writes at the same address.
class KanervaFreeze : public MemorySymptoms {
 protected:
  double LastStrength(const std::string& forgetting) {
    constexpr int64_t kMany = 300;
    Make(KanervaMemory(),
         "{rows: 4, width: 3, noise: 0.1, forgetting: " + forgetting + "}");
    torch::NoGradGuard no_grad;
    const auto same = [](const at::Tensor& steps) {
      return steps.narrow(0, 0, 1).expand({kMany, -1, -1});
    };
    return memory_->Write(same(encoded_), same(hidden_), contents_, {})
        .strength[kMany - 1]
        .max()
        .item<double>();
  }
};

TEST_F(KanervaFreeze, WithoutForgetting) {
  EXPECT_LT(LastStrength("0.0001"), 0.05);
}

TEST_F(KanervaFreeze, NotWithForgetting) {
  EXPECT_GT(LastStrength("0.05"), 0.1);
}

}  // namespace
}  // namespace credo
