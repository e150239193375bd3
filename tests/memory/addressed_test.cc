// The addressed memory as a whole; its write loops are tested in
// addressed_write_test.cc.
#include "memory/addressed.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>

#include "tests/memory/memory_fixture.h"

namespace credo {
namespace {

constexpr int64_t kSlots = 4;
constexpr int64_t kWidth = 3;

class AddressedTest : public MemoryFixture {
 protected:
  void Make(const std::string& yaml = "{slots: 4, width: 3, sharpness: 2}") {
    MemoryFixture::Make(AddressedMemory(), yaml);
    contents_ = RandomLeaf({kRows, kSlots * kWidth}, 3).detach();
  }

  // [T, B, N, W]
  at::Tensor Slots() const {
    return Write().contents.view({kSteps, kRows, kSlots, kWidth});
  }
};

TEST_F(AddressedTest, MovesEachSlotTowardsTheValueByItsWeight) {
  Make();
  at::Tensor held = contents_.view({kRows, kSlots, kWidth}).clone();
  const at::Tensor slots = Slots();
  for (int64_t t = 0; t < kSteps; ++t) {
    const at::Tensor logits = Linear("m.address", hidden_[t]) * 2;
    const at::Tensor weights = logits.exp() / logits.exp().sum(-1, true);
    const at::Tensor value = Linear("m.value", encoded_[t]);
    for (int64_t n = 0; n < kSlots; ++n) {
      const at::Tensor weight = weights.select(1, n).unsqueeze(-1);
      const at::Tensor slot = held.select(1, n).clone();
      held.select(1, n).copy_(slot + weight * (value - slot));
    }
    ExpectClose(slots[t], held, 1e-12);
  }
}

TEST_F(AddressedTest, AConstantOneHotAddressKeepsTheLastValueInThatSlot) {
  Make();
  constexpr int64_t kSlot = 2;
  Value("m.address.weight").zero_();
  Value("m.address.bias").fill_(-1000);
  Value("m.address.bias")[kSlot] = 1000;
  const at::Tensor slots = Slots();
  const at::Tensor before = contents_.view({kRows, kSlots, kWidth});
  for (int64_t t = 0; t < kSteps; ++t) {
    ExpectClose(slots[t].select(1, kSlot), Linear("m.value", encoded_[t]),
                1e-12);
    for (const int64_t other : {0, 1, 3}) {
      ExpectEqualBits(slots[t].select(1, other), before.select(1, other));
    }
  }
}

TEST_F(AddressedTest, PermutingSlotsWithTheirAddressesChangesNothingElse) {
  Make();
  const at::Tensor order = torch::tensor({2, 0, 3, 1}, at::kLong);
  const at::Tensor plain = Slots();
  const at::Tensor queries =
      RandomLeaf({kRows, 5, kSlots}, 4).detach();
  const at::Tensor answers =
      Read(plain[kSteps - 1].flatten(1), queries);

  Value("m.address.weight").copy_(
      Value("m.address.weight").index_select(0, order));
  Value("m.address.bias").copy_(Value("m.address.bias").index_select(0, order));
  contents_ = contents_.view({kRows, kSlots, kWidth})
                  .index_select(1, order)
                  .flatten(1);
  const at::Tensor permuted = Slots();
  ExpectClose(permuted, plain.index_select(2, order), 1e-14);
  ExpectClose(Read(permuted[kSteps - 1].flatten(1),
                            queries.index_select(2, order)),
              answers, 1e-14);
}

TEST_F(AddressedTest, WritesTheEncodingAloneUnlessAskedTo) {
  Make();
  constexpr int64_t kSlot = 1;
  Value("m.address.weight").zero_();
  Value("m.address.bias").fill_(-1000);
  Value("m.address.bias")[kSlot] = 1000;
  const at::Tensor before = Slots();
  hidden_ = hidden_ + 1;
  ExpectEqualBits(Slots(), before);
}

TEST_F(AddressedTest, ValueHiddenAddsALayerOfEncodingAndHiddenState) {
  Make("{slots: 4, width: 3, sharpness: 2, value_hidden: 7}");
  constexpr int64_t kSlot = 1;
  Value("m.address.weight").zero_();
  Value("m.address.bias").fill_(-1000);
  Value("m.address.bias")[kSlot] = 1000;
  ExpectClose(Slots().select(2, kSlot), WrittenValues(true), 1e-12);
}

TEST_F(AddressedTest, ReadsTheMeanOfTheSlotsThatAQueryWeighs) {
  Make();
  const at::Tensor query = torch::tensor({.3, -.2, 1.0, 0.0}, at::kDouble);
  const at::Tensor weights = (query * 2).exp() / (query * 2).exp().sum();
  const at::Tensor read =
      Read(contents_, query.expand({kRows, 1, kSlots}));
  for (int64_t b = 0; b < kRows; ++b) {
    ExpectClose(read[b][0],
                weights.matmul(contents_[b].view({kSlots, kWidth})), 1e-12);
  }
}

TEST_F(AddressedTest, AStrongQueryReadsOneSlot) {
  Make();
  at::Tensor query = torch::zeros({kRows, 1, kSlots}, at::kDouble);
  query.select(2, 3).fill_(1000);
  ExpectClose(Read(contents_, query).squeeze(1),
              contents_.view({kRows, kSlots, kWidth}).select(1, 3), 1e-14);
}

TEST_F(AddressedTest, TheBeliefShowsAllOfIt) {
  Make();
  EXPECT_EQ(memory_->size(), kSlots * kWidth);
  EXPECT_EQ(memory_->shape().shown, kSlots * kWidth);
}

TEST_F(AddressedTest, TheStrengthOfAWriteIsItsLargestWeight) {
  Make();
  const at::Tensor weights =
      at::softmax(Linear("m.address", hidden_) * 2, -1);
  ExpectClose(Write().strength, weights.amax(-1), 1e-12);
}

TEST_F(AddressedTest, TellsHowMuchIsUsedAndHowSharpARead) {
  Make();
  contents_.zero_();
  contents_[0].fill_(1);
  contents_[1][kWidth] = .5;  // one of four slots
  at::Tensor queries = torch::zeros({kRows, 2, kSlots}, at::kDouble);
  queries.select(1, 1).select(1, 0).fill_(1000);
  const ReadStatistics told = memory_->Watch(contents_, queries);
  ExpectClose(told.occupancy, torch::tensor({1.0, .25}), 1e-6);
  ExpectClose(told.entropy[0], torch::tensor({1.0, 0.0}), 1e-9);
}


}  // namespace
}  // namespace credo
