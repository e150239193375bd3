// The addressed memory as a whole; its write loops are tested in
// addressed_write_test.cc.
#include "memory/addressed.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "tests/conformance/network_checks.h"

namespace credo {
namespace {

constexpr int64_t kSteps = 5;
constexpr int64_t kRows = 2;
constexpr int64_t kSlots = 4;
constexpr int64_t kWidth = 3;
constexpr int64_t kEncoding = 3;
constexpr int64_t kHidden = 6;

class AddressedTest : public testing::Test {
 protected:
  void Make(int64_t value_hidden = 0) {
    AddressedOptions options;
    options.slots = kSlots;
    options.width = kWidth;
    options.sharpness = 2;
    options.value_hidden = value_hidden;
    memory_ = AddressedMemory().make(options, parameters_, "m", kEncoding,
                                     kHidden);
    parameters_.Allocate(1, at::kDouble);
    torch::NoGradGuard no_grad;
    encoded_ = RandomLeaf({kSteps, kRows, kEncoding}, 1).detach();
    hidden_ = RandomLeaf({kSteps, kRows, kHidden}, 2).detach();
    contents_ = RandomLeaf({kRows, kSlots * kWidth}, 3).detach();
  }

  at::Tensor Value(const std::string& name) const {
    for (const Parameter& parameter : parameters_.list()) {
      if (parameter.name == name) return parameter.value.detach();
    }
    throw std::invalid_argument("no parameter " + name);
  }
  // [T, B, N, W]
  at::Tensor Slots() const {
    return memory_->Write(encoded_, hidden_, contents_, {})
        .contents.detach()
        .view({kSteps, kRows, kSlots, kWidth});
  }
  at::Tensor Linear(const std::string& name, const at::Tensor& x) const {
    return x.matmul(Value(name + ".weight").t()) + Value(name + ".bias");
  }

  Parameters parameters_;
  std::unique_ptr<Memory> memory_;
  at::Tensor encoded_;
  at::Tensor hidden_;
  at::Tensor contents_;
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
      memory_->Read(plain[kSteps - 1].flatten(1), queries);

  Value("m.address.weight").copy_(
      Value("m.address.weight").index_select(0, order));
  Value("m.address.bias").copy_(Value("m.address.bias").index_select(0, order));
  contents_ = contents_.view({kRows, kSlots, kWidth})
                  .index_select(1, order)
                  .flatten(1);
  const at::Tensor permuted = Slots();
  ExpectClose(permuted, plain.index_select(2, order), 1e-14);
  ExpectClose(memory_->Read(permuted[kSteps - 1].flatten(1),
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
  Make(/*value_hidden=*/7);
  constexpr int64_t kSlot = 1;
  Value("m.address.weight").zero_();
  Value("m.address.bias").fill_(-1000);
  Value("m.address.bias")[kSlot] = 1000;
  const at::Tensor both = torch::cat({encoded_, hidden_}, -1);
  const at::Tensor expected =
      Linear("m.value", encoded_) +
      Linear("m.value_mlp.1", Linear("m.value_mlp.0", both).relu());
  ExpectClose(Slots().select(2, kSlot), expected, 1e-12);
}

TEST_F(AddressedTest, ReadsTheMeanOfTheSlotsThatAQueryWeighs) {
  Make();
  const at::Tensor query = torch::tensor({.3, -.2, 1.0, 0.0}, at::kDouble);
  const at::Tensor weights = (query * 2).exp() / (query * 2).exp().sum();
  const at::Tensor read =
      memory_->Read(contents_, query.expand({kRows, 1, kSlots}));
  for (int64_t b = 0; b < kRows; ++b) {
    ExpectClose(read[b][0],
                weights.matmul(contents_[b].view({kSlots, kWidth})), 1e-12);
  }
}

TEST_F(AddressedTest, AStrongQueryReadsOneSlot) {
  Make();
  at::Tensor query = torch::zeros({kRows, 1, kSlots}, at::kDouble);
  query.select(2, 3).fill_(1000);
  ExpectClose(memory_->Read(contents_, query).squeeze(1),
              contents_.view({kRows, kSlots, kWidth}).select(1, 3), 1e-14);
}

TEST_F(AddressedTest, TheBeliefShowsAllOfIt) {
  Make();
  EXPECT_EQ(memory_->size(), kSlots * kWidth);
  EXPECT_EQ(memory_->shown(), kSlots * kWidth);
}

}  // namespace
}  // namespace credo
