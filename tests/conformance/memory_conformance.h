// What every memory owes, as tests: for the listed memories and for a host's
// own.
//
//   #include "tests/conformance/memory_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(Mine, MemoryConformance,
//                            testing::Values(MemoryCase{"mine", MyMemory()}),
//                            MemoryCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_MEMORY_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_MEMORY_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "memory/memory.h"
#include "tests/conformance/network_checks.h"

namespace credo {

struct MemoryCase {
  std::string name;  // letters, digits and "_"
  MemoryPart part;
  std::string options = "{}";  // YAML

  static std::string Name(const testing::TestParamInfo<MemoryCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const MemoryCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// Everything in double precision unless a test says otherwise.
class MemoryConformance : public testing::TestWithParam<MemoryCase> {
 protected:
  static constexpr int64_t kWritesBefore = 3;
  static constexpr int64_t kSteps = 6;
  static constexpr int64_t kRows = 3;
  static constexpr int64_t kQueries = 4;
  static constexpr int64_t kEncoding = 5;
  static constexpr int64_t kHidden = 7;

  struct Made {
    Parameters parameters;
    std::unique_ptr<Memory> memory;
  };
  struct Inputs {
    at::Tensor encoded;
    at::Tensor hidden;
    at::Tensor contents;
    at::Tensor keep;
  };

  static std::unique_ptr<Made> Make(uint64_t seed = 1,
                                    at::ScalarType type = at::kDouble) {
    const MemoryPart& part = GetParam().part;
    auto made = std::make_unique<Made>();
    const auto options = PartOptions(part.info, GetParam().options);
    made->memory =
        part.make(*options, made->parameters,
                  MemoryPlace{.name = "agent.core.memory",
                              .encoding = kEncoding,
                              .hidden = kHidden});
    made->parameters.Allocate(seed, type);
    return made;
  }

  static at::Tensor Zeros(const Memory& memory) {
    return torch::zeros({kRows, memory.size()}, at::kDouble);
  }
  // What a few writes leave: not all numbers are contents of a memory.
  static at::Tensor Contents(const Memory& memory) {
    torch::NoGradGuard no_grad;
    const at::Tensor after =
        memory.Write(RandomLeaf({kWritesBefore, kRows, kEncoding}, 11),
                     RandomLeaf({kWritesBefore, kRows, kHidden}, 12),
                     Zeros(memory), {})
            .contents;
    return after[kWritesBefore - 1].clone().requires_grad_(true);
  }
  // Row 1 is reset before step 3, row 2 before the first one.
  static Inputs RandomInputs(const Memory& memory) {
    Inputs inputs{RandomLeaf({kSteps, kRows, kEncoding}, 1),
                  RandomLeaf({kSteps, kRows, kHidden}, 2), Contents(memory),
                  torch::ones({kSteps, kRows}, at::kDouble)};
    inputs.keep[3][1] = 0;
    inputs.keep[0][2] = 0;
    return inputs;
  }
  static at::Tensor RandomQueries(const Memory& memory) {
    return RandomLeaf({kRows, kQueries, memory.shape().query}, 4);
  }

  static at::Tensor Write(const Memory& memory, const Inputs& in) {
    return memory.Write(in.encoded, in.hidden, in.contents, in.keep).contents;
  }

  // Numbers from 0 to 1 without gradient, or undefined.
  static void ExpectShares(const at::Tensor& shares, at::IntArrayRef sizes) {
    if (!shares.defined()) return;
    EXPECT_EQ(shares.sizes(), sizes);
    EXPECT_FALSE(shares.requires_grad());
    EXPECT_TRUE((shares.ge(0) & shares.le(1)).all().item<bool>()) << shares;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MemoryConformance);

TEST_P(MemoryConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "agent.core.memory");
}

TEST_P(MemoryConformance, ContentsAreTheFieldsOfItsLayout) {
  const auto made = Make();
  int64_t numbers = 0;
  for (const StateField& field : made->memory->shape().layout.fields()) {
    EXPECT_EQ(field.type, DType::kF32) << field.name;
    numbers += ElementCount(field.shape);
  }
  EXPECT_EQ(numbers, made->memory->size());
}

TEST_P(MemoryConformance, ShowsNoMoreThanItHolds) {
  const auto made = Make();
  EXPECT_GE(made->memory->shape().shown, 0);
  EXPECT_LE(made->memory->shape().shown, made->memory->size());
}

TEST_P(MemoryConformance, WritesItsContentsAtEachStep) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const MemoryOutput output =
      made->memory->Write(in.encoded, in.hidden, in.contents, in.keep);
  EXPECT_EQ(output.contents.sizes(),
            at::IntArrayRef({kSteps, kRows, made->memory->size()}));
  ExpectFinite(output.contents);
  ExpectShares(output.strength, {kSteps, kRows});
  ExpectNamedScalars(output.losses);
  for (const NamedLoss& loss : output.losses) ExpectFinite(loss.value);
}

TEST_P(MemoryConformance, AnswersEachQuery) {
  const auto made = Make();
  const at::Tensor read = made->memory->Read(
      RandomInputs(*made->memory).contents, RandomQueries(*made->memory));
  EXPECT_EQ(read.sizes(),
            at::IntArrayRef({kRows, kQueries, made->memory->shape().read}));
  ExpectFinite(read);
}

TEST_P(MemoryConformance, CanBeReadBeforeItIsWritten) {
  const auto made = Make();
  ExpectFinite(made->memory->Read(Zeros(*made->memory),
                                  RandomQueries(*made->memory)));
}

TEST_P(MemoryConformance, TellsSharesOfItsReads) {
  const auto made = Make();
  const Memory& memory = *made->memory;
  for (const at::Tensor& contents : {Contents(memory), Zeros(memory)}) {
    const ReadStatistics told = memory.Watch(contents, RandomQueries(memory));
    ExpectShares(told.entropy, {kRows, kQueries});
    ExpectShares(told.occupancy, {kRows});
  }
}

TEST_P(MemoryConformance, IsAFunctionOfItsInputs) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor queries = RandomQueries(*made->memory);
  const at::Tensor before = in.contents.detach().clone();
  const at::Tensor written = Write(*made->memory, in).detach().clone();
  const at::Tensor read =
      made->memory->Read(in.contents, queries).detach().clone();
  ExpectEqualBits(Write(*made->memory, in), written);
  ExpectEqualBits(made->memory->Read(in.contents, queries), read);
  // What goes in is not written to.
  ExpectEqualBits(in.contents, before);
}

TEST_P(MemoryConformance, AResetIsAFreshStart) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor whole = Write(*made->memory, in);
  Inputs fresh = in;
  fresh.encoded = in.encoded.slice(0, 3);
  fresh.hidden = in.hidden.slice(0, 3);
  fresh.contents = torch::zeros_like(in.contents);
  fresh.keep = torch::ones({kSteps - 3, kRows}, at::kDouble);
  ExpectClose(whole.slice(0, 3).select(1, 1),
              Write(*made->memory, fresh).select(1, 1), 1e-12);
}

TEST_P(MemoryConformance, AResetLeavesOtherRowsAlone) {
  const auto made = Make();
  Inputs in = RandomInputs(*made->memory);
  const at::Tensor with = Write(*made->memory, in);
  in.keep = torch::ones_like(in.keep);
  ExpectEqualBits(Write(*made->memory, in).select(1, 0), with.select(1, 0));
}

TEST_P(MemoryConformance, NoGradientCrossesAReset) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor after =
      Write(*made->memory, in).slice(0, 3).select(1, 1).sum();
  if (!after.requires_grad()) return;
  const auto gradients = torch::autograd::grad(
      {after}, {in.encoded, in.hidden, in.contents}, {}, std::nullopt, false,
      /*allow_unused=*/true);
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) continue;
    const at::Tensor early =
        i < 2 ? gradients[i].slice(0, 0, 3) : gradients[i];
    ExpectClose(early, torch::zeros_like(early), 0);
  }
}

TEST_P(MemoryConformance, NeedsNoMaskWhenNothingIsReset) {
  const auto made = Make();
  Inputs in = RandomInputs(*made->memory);
  in.keep = torch::ones_like(in.keep);
  const at::Tensor with = Write(*made->memory, in);
  in.keep = at::Tensor();
  ExpectEqualBits(Write(*made->memory, in), with);
}

TEST_P(MemoryConformance, GoesOnFromItsContents) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor whole = Write(*made->memory, in);
  for (const int64_t cut : {1, 3, 5}) {
    const Inputs rest{in.encoded.slice(0, cut), in.hidden.slice(0, cut),
                      whole[cut - 1], in.keep.slice(0, cut)};
    ExpectClose(Write(*made->memory, rest), whole.slice(0, cut), 1e-12);
  }
}

TEST_P(MemoryConformance, RowsDoNotMeet) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor queries = RandomQueries(*made->memory);
  const at::Tensor order = torch::tensor({2, 0, 1}, at::kLong);
  const Inputs permuted{
      in.encoded.index_select(1, order), in.hidden.index_select(1, order),
      in.contents.index_select(0, order), in.keep.index_select(1, order)};
  ExpectClose(Write(*made->memory, permuted),
              Write(*made->memory, in).index_select(1, order), 1e-12);
  ExpectClose(made->memory->Read(permuted.contents,
                                 queries.index_select(0, order)),
              made->memory->Read(in.contents, queries).index_select(0, order),
              1e-12);
}

TEST_P(MemoryConformance, GradientsOfRowsDoNotMeet) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor one = Write(*made->memory, in).select(1, 0).sum();
  if (!one.requires_grad()) return;
  const auto gradients =
      torch::autograd::grad({one}, {in.encoded, in.hidden, in.contents}, {},
                            std::nullopt, false, /*allow_unused=*/true);
  for (const int64_t row : {1, 2}) {
    for (size_t i = 0; i < gradients.size(); ++i) {
      if (!gradients[i].defined()) continue;
      const at::Tensor other = gradients[i].select(i < 2 ? 1 : 0, row);
      ExpectClose(other, torch::zeros_like(other), 0);
    }
  }
}

TEST_P(MemoryConformance, QueriesDoNotMeet) {
  const auto made = Make();
  const at::Tensor contents = RandomInputs(*made->memory).contents;
  const at::Tensor queries = RandomQueries(*made->memory);
  const at::Tensor all = made->memory->Read(contents, queries);
  for (int64_t k = 0; k < kQueries; ++k) {
    ExpectClose(made->memory->Read(contents, queries.narrow(1, k, 1)),
                all.narrow(1, k, 1), 1e-12);
  }
}

TEST_P(MemoryConformance, LaterStepsChangeNothingBefore) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  const at::Tensor whole = Write(*made->memory, in);
  Inputs other = in;
  other.encoded = in.encoded.detach().clone();
  other.hidden = in.hidden.detach().clone();
  other.keep = in.keep.clone();
  other.encoded.slice(0, 4).add_(1);
  other.hidden.slice(0, 4).mul_(-2);
  other.keep.slice(0, 4).zero_();
  ExpectEqualBits(Write(*made->memory, other).slice(0, 0, 4),
                  whole.slice(0, 0, 4));
}

TEST_P(MemoryConformance, GradientsOfWritingAreRight) {
  const auto made = Make();
  const Inputs in = RandomInputs(*made->memory);
  ExpectGradientsMatchDifferences(
      [&] {
        const MemoryOutput output =
            made->memory->Write(in.encoded, in.hidden, in.contents, in.keep);
        std::vector<at::Tensor> outputs = {output.contents};
        for (const NamedLoss& loss : output.losses) {
          outputs.push_back(loss.value);
        }
        return outputs;
      },
      VariablesOf({{"encoded", in.encoded},
                   {"hidden", in.hidden},
                   {"contents", in.contents}},
                  made->parameters));
}

TEST_P(MemoryConformance, GradientsOfReadingAreRight) {
  const auto made = Make();
  const at::Tensor contents = RandomInputs(*made->memory).contents;
  const at::Tensor queries = RandomQueries(*made->memory);
  ExpectGradientsMatchDifferences(
      [&] {
        return std::vector<at::Tensor>{made->memory->Read(contents, queries)};
      },
      VariablesOf({{"contents", contents}, {"queries", queries}},
                  made->parameters));
}

TEST_P(MemoryConformance, SinglePrecisionAgreesWithDouble) {
  const auto exact = Make(1, at::kDouble);
  const auto made = Make(1, at::kFloat);
  const Inputs in = RandomInputs(*exact->memory);
  const auto single = [](const at::Tensor& x) { return x.to(at::kFloat); };
  ExpectClose(Write(*made->memory, {single(in.encoded), single(in.hidden),
                                    single(in.contents), single(in.keep)}),
              Write(*exact->memory, in), 1e-4);
  const at::Tensor queries = RandomQueries(*exact->memory);
  ExpectClose(made->memory->Read(single(in.contents), single(queries)),
              exact->memory->Read(in.contents, queries), 1e-4);
}

TEST_P(MemoryConformance, LoadedParametersMakeTheSameMemory) {
  const auto saved = Make(1);
  const auto loaded = Make(2);
  PassThroughFile(saved->parameters, loaded->parameters);
  const Inputs in = RandomInputs(*saved->memory);
  ExpectEqualBits(Write(*loaded->memory, in), Write(*saved->memory, in));
  const at::Tensor queries = RandomQueries(*saved->memory);
  ExpectEqualBits(loaded->memory->Read(in.contents, queries),
                  saved->memory->Read(in.contents, queries));
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_MEMORY_CONFORMANCE_H_
