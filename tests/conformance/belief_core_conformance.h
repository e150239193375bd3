// What every belief core owes, as tests: for the listed cores and for a host's
// own.
//
//   #include "tests/conformance/belief_core_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(Mine, BeliefCoreConformance,
//                            testing::Values(BeliefCoreCase{"mine", MyCore()}),
//                            BeliefCoreCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_BELIEF_CORE_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_BELIEF_CORE_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "agents/networks/belief_core.h"
#include "sdk/tensor/state_rows.h"
#include "tests/conformance/network_checks.h"

namespace credo {

struct BeliefCoreCase {
  std::string name;  // letters, digits and "_"
  BeliefCorePart part;
  std::string options = "{}";  // YAML

  static std::string Name(const testing::TestParamInfo<BeliefCoreCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const BeliefCoreCase& value, std::ostream* out) {
    *out << value.name;
  }
};

// Everything in double precision unless a test says otherwise.
class BeliefCoreConformance : public testing::TestWithParam<BeliefCoreCase> {
 protected:
  static constexpr int64_t kSteps = 6;
  static constexpr int64_t kRows = 3;
  static constexpr int64_t kEncoding = 5;
  static constexpr int64_t kActions = 4;

  struct Made {
    Parameters parameters;
    std::unique_ptr<BeliefCore> core;
  };

  static std::unique_ptr<Made> Make(uint64_t seed = 1,
                                    at::ScalarType type = at::kDouble) {
    const BeliefCorePart& part = GetParam().part;
    auto made = std::make_unique<Made>();
    const auto options = PartOptions(part.info, GetParam().options);
    made->core = part.make(*options, made->parameters,
                           {"agent.core", kEncoding, kActions});
    made->parameters.Allocate(seed, type);
    return made;
  }

  // Row 1 opens an episode at record 3, row 2 at record 0.
  static CoreInput RandomInput() {
    CoreInput input{RandomLeaf({kSteps, kRows, kEncoding}, 1),
                    RandomLeaf({kSteps, kRows, kActions}, 2),
                    RandomLeaf({kSteps, kRows}, 3),
                    torch::ones({kSteps, kRows}, at::kDouble)};
    input.keep[3][1] = 0;
    input.keep[0][2] = 0;
    return input;
  }
  static CoreInput From(const CoreInput& input, int64_t begin) {
    return {input.encoded.slice(0, begin), input.actions.slice(0, begin),
            input.rewards.slice(0, begin), input.keep.slice(0, begin)};
  }

  static at::Tensor ZeroState(const BeliefCore& core) {
    return torch::zeros({kRows, core.layout().floats()}, at::kDouble);
  }
  // What some random records leave; the padding zero.
  static at::Tensor RandomState(const BeliefCore& core) {
    torch::NoGradGuard no_grad;
    const CoreInput before{RandomLeaf({kSteps, kRows, kEncoding}, 101),
                           RandomLeaf({kSteps, kRows, kActions}, 102),
                           RandomLeaf({kSteps, kRows}, 103),
                           {}};
    return core.Unroll(before, ZeroState(core), kSteps - 1)
        .state.to(at::kDouble);
  }

  static at::Tensor Beliefs(const BeliefCore& core, const CoreInput& input,
                            const at::Tensor& state) {
    return core.Unroll(input, state, 0).beliefs;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BeliefCoreConformance);

TEST_P(BeliefCoreConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "agent.core");
}

TEST_P(BeliefCoreConformance, FieldsCoverTheStateRow) {
  const auto made = Make();
  const StateLayout& layout = made->core->layout();
  std::set<std::string> names;
  int64_t end = 0;
  for (const StateField& field : layout.fields()) {
    EXPECT_EQ(field.type, DType::kF32) << field.name;
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_EQ(field.offset % 64, 0) << field.name;
    EXPECT_GE(field.offset, end) << field.name << " lies over another field";
    EXPECT_LT(field.offset - end, 64) << "bytes of no field before "
                                      << field.name;
    end = field.offset + 4 * ElementCount(field.shape);
  }
  EXPECT_GE(layout.bytes(), end);
  EXPECT_LT(layout.bytes() - end, 64) << "bytes of no field at the end";
}

TEST_P(BeliefCoreConformance, EqualOptionsGiveEqualLayouts) {
  EXPECT_EQ(Make(1)->core->layout().hash(), Make(2)->core->layout().hash());
}

TEST_P(BeliefCoreConformance, GivesABeliefPerRecord) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreOutput output =
      core.Unroll(RandomInput(), RandomState(core), kSteps - 1);
  EXPECT_EQ(output.beliefs.sizes(),
            at::IntArrayRef({kSteps, kRows, core.belief_size()}));
  EXPECT_EQ(output.memory.sizes(),
            at::IntArrayRef({kSteps, kRows, core.memory().size()}));
  EXPECT_EQ(output.state.sizes(),
            at::IntArrayRef({kRows, core.layout().floats()}));
  ExpectFinite(output.beliefs);
  ExpectNamedScalars(output.losses);
}

TEST_P(BeliefCoreConformance, BeliefsAreTheCoresOwnAndWhatTheMemoryShows) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const int64_t own = core.recurrent_size();
  // All that the memory may show, or nothing of it.
  const int64_t shown = core.belief_size() - own;
  ASSERT_TRUE(shown == 0 || shown == core.memory().shape().shown);
  const CoreOutput output =
      core.Unroll(RandomInput(), RandomState(core), kSteps - 1);
  ExpectEqualBits(output.beliefs.narrow(2, own, shown),
                  output.memory.narrow(2, 0, shown));
}

TEST_P(BeliefCoreConformance, PaddingOfTheStateStaysZero) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  at::Tensor state = core.Unroll(RandomInput(), RandomState(core), 2)
                         .state.detach()
                         .clone();
  for (size_t i = 0; i < core.layout().fields().size(); ++i) {
    StateColumns(core.layout(), state, i).zero_();
  }
  ExpectEqualBits(state, torch::zeros_like(state));
}

TEST_P(BeliefCoreConformance, TheCarriedStateHasNoGradient) {
  const auto made = Make();
  const at::Tensor state =
      made->core->Unroll(RandomInput(), RandomState(*made->core), 2).state;
  EXPECT_FALSE(state.requires_grad());
}

TEST_P(BeliefCoreConformance, IsAFunctionOfItsInputs) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const at::Tensor state = RandomState(core);
  const at::Tensor before = state.clone();
  const CoreOutput once = core.Unroll(RandomInput(), state, 3);
  const CoreOutput twice = core.Unroll(RandomInput(), state, 3);
  ExpectEqualBits(twice.beliefs, once.beliefs);
  ExpectEqualBits(twice.state, once.state);
  // What goes in is not written to.
  ExpectEqualBits(state, before);
}

TEST_P(BeliefCoreConformance, ZeroBytesAreTheStateBeforeAnEpisode) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  CoreInput opened = RandomInput();
  opened.keep = torch::ones_like(opened.keep);
  const at::Tensor fresh = Beliefs(core, opened, ZeroState(core));
  opened.keep = opened.keep.clone();
  opened.keep[0].zero_();
  ExpectClose(Beliefs(core, opened, RandomState(core)), fresh, 1e-12);
}

TEST_P(BeliefCoreConformance, AResetWithinAnUnrollIsAFreshStart) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  const CoreOutput whole =
      core.Unroll(input, RandomState(core), kSteps - 1);
  CoreInput rest = From(input, 3);
  rest.keep = torch::ones_like(rest.keep);
  const CoreOutput fresh = core.Unroll(rest, ZeroState(core), kSteps - 4);
  ExpectClose(whole.beliefs.slice(0, 3).select(1, 1),
              fresh.beliefs.select(1, 1), 1e-12);
  ExpectClose(whole.memory.slice(0, 3).select(1, 1),
              fresh.memory.select(1, 1), 1e-12);
  ExpectClose(whole.state[1], fresh.state[1], 1e-12);
}

TEST_P(BeliefCoreConformance, TwoUnrollsWithTheCarriedStateAreOne) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  for (const int64_t carry : {0, 2, 4}) {
    const CoreOutput whole = core.Unroll(input, RandomState(core), carry);
    const CoreOutput rest =
        core.Unroll(From(input, carry + 1), whole.state, 0);
    ExpectClose(rest.beliefs, whole.beliefs.slice(0, carry + 1), 1e-12);
    ExpectClose(rest.memory, whole.memory.slice(0, carry + 1), 1e-12);
  }
}

TEST_P(BeliefCoreConformance, TheCarriedStateDependsOnItsRecordAlone) {
  // The state after record 2 is the same, however many records follow.
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  CoreInput early{input.encoded.slice(0, 0, 3), input.actions.slice(0, 0, 3),
                  input.rewards.slice(0, 0, 3), input.keep.slice(0, 0, 3)};
  const at::Tensor state = RandomState(core);
  ExpectClose(core.Unroll(input, state, 2).state,
              core.Unroll(early, state, 2).state, 1e-12);
}

TEST_P(BeliefCoreConformance, CharactersDoNotMeet) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  const at::Tensor state = RandomState(core);
  const at::Tensor order = torch::tensor({2, 0, 1}, at::kLong);
  const CoreInput permuted{input.encoded.index_select(1, order),
                           input.actions.index_select(1, order),
                           input.rewards.index_select(1, order),
                           input.keep.index_select(1, order)};
  const CoreOutput plain = core.Unroll(input, state, 3);
  const CoreOutput other =
      core.Unroll(permuted, state.index_select(0, order), 3);
  ExpectClose(other.beliefs, plain.beliefs.index_select(1, order), 1e-12);
  ExpectClose(other.memory, plain.memory.index_select(1, order), 1e-12);
  ExpectClose(other.state, plain.state.index_select(0, order), 1e-12);
}

TEST_P(BeliefCoreConformance, LaterRecordsChangeNoEarlierBelief) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  const at::Tensor state = RandomState(core);
  const at::Tensor whole = Beliefs(core, input, state);
  for (int64_t t = 1; t < kSteps; ++t) {
    CoreInput other{
        input.encoded.detach().clone(), input.actions.detach().clone(),
        input.rewards.detach().clone(), input.keep.clone()};
    other.encoded.slice(0, t).add_(1);
    other.actions.slice(0, t).mul_(-2);
    other.rewards.slice(0, t).add_(3);
    other.keep.slice(0, t).zero_();
    ExpectEqualBits(Beliefs(core, other, state).slice(0, 0, t),
                    whole.slice(0, 0, t));
  }
}

TEST_P(BeliefCoreConformance, EachRecordReachesItsOwnBelief) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  CoreInput input = RandomInput();
  const at::Tensor before = Beliefs(core, input, ZeroState(core));
  input.encoded = input.encoded.detach() + 1;
  const at::Tensor after = Beliefs(core, input, ZeroState(core));
  for (int64_t t = 0; t < kSteps; ++t) {
    EXPECT_GT(LargestDifference(after[t], before[t]), 1e-3) << "record " << t;
  }
}

TEST_P(BeliefCoreConformance, NoGradientCrossesAReset) {
  const auto made = Make();
  const CoreInput input = RandomInput();
  const at::Tensor after =
      Beliefs(*made->core, input, RandomState(*made->core))
          .slice(0, 3)
          .select(1, 1)
          .sum();
  const auto gradients = torch::autograd::grad(
      {after}, {input.encoded, input.actions, input.rewards}, {}, std::nullopt,
      false, /*allow_unused=*/true);
  for (const at::Tensor& gradient : gradients) {
    if (!gradient.defined()) continue;
    const at::Tensor early = gradient.slice(0, 0, 3);
    ExpectEqualBits(early, torch::zeros_like(early));
  }
}

TEST_P(BeliefCoreConformance, GradientsAreRight) {
  const auto made = Make();
  const BeliefCore& core = *made->core;
  const CoreInput input = RandomInput();
  const at::Tensor state = RandomState(core);
  ExpectGradientsMatchDifferences(
      [&] {
        const CoreOutput output = core.Unroll(input, state, 0);
        std::vector<at::Tensor> outputs = {output.beliefs, output.memory};
        for (const NamedLoss& loss : output.losses) {
          outputs.push_back(loss.value);
        }
        return outputs;
      },
      VariablesOf({{"encoded", input.encoded},
                   {"actions", input.actions},
                   {"rewards", input.rewards}},
                  made->parameters),
      DifferenceOptions::Kinked());
}

TEST_P(BeliefCoreConformance, SinglePrecisionAgreesWithDouble) {
  const auto exact = Make(1, at::kDouble);
  const auto made = Make(1, at::kFloat);
  const CoreInput input = RandomInput();
  const at::Tensor state = RandomState(*exact->core);
  const CoreInput single{input.encoded.to(at::kFloat),
                         input.actions.to(at::kFloat),
                         input.rewards.to(at::kFloat),
                         input.keep.to(at::kFloat)};
  const CoreOutput found =
      made->core->Unroll(single, state.to(at::kFloat), kSteps - 1);
  const CoreOutput expected = exact->core->Unroll(input, state, kSteps - 1);
  ExpectClose(found.beliefs, expected.beliefs, 1e-4);
  ExpectClose(found.state, expected.state, 1e-4);
}

TEST_P(BeliefCoreConformance, LoadedParametersMakeTheSameCore) {
  const auto saved = Make(1);
  const auto loaded = Make(2);
  PassThroughFile(saved->parameters, loaded->parameters);
  const at::Tensor state = RandomState(*saved->core);
  ExpectEqualBits(Beliefs(*loaded->core, RandomInput(), state),
                  Beliefs(*saved->core, RandomInput(), state));
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_BELIEF_CORE_CONFORMANCE_H_
