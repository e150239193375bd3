// What every encoder owes, as tests: for the listed encoders and for a host's
// own.
//
//   #include "tests/conformance/encoder_conformance.h"
//   namespace credo {
//   INSTANTIATE_TEST_SUITE_P(Mine, EncoderConformance,
//                            testing::Values(EncoderCase{"mine", MyEncoder()}),
//                            EncoderCase::Name);
//   }  // namespace credo
//
// Include it in one .cc file per test program: it defines the tests.
#ifndef CREDO_TESTS_CONFORMANCE_ENCODER_CONFORMANCE_H_
#define CREDO_TESTS_CONFORMANCE_ENCODER_CONFORMANCE_H_

#include <gtest/gtest.h>
#include <torch/types.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "agents/networks/encoder.h"
#include "tests/conformance/network_checks.h"

namespace credo {

struct EncoderCase {
  std::string name;  // letters, digits and "_"
  EncoderPart part;
  std::string options = "{}";  // YAML
  std::vector<ObservationSpec> observations = ObservationsOfEachKind();

  static std::string Name(const testing::TestParamInfo<EncoderCase>& info) {
    return info.param.name;
  }
  friend void PrintTo(const EncoderCase& value, std::ostream* out) {
    *out << value.name;
  }
};

class EncoderConformance : public testing::TestWithParam<EncoderCase> {
 protected:
  static constexpr int64_t kRows = 6;

  struct Made {
    Parameters parameters;
    std::unique_ptr<Encoder> encoder;
  };

  static std::unique_ptr<Made> Make(uint64_t seed = 1) {
    const EncoderPart& part = GetParam().part;
    auto made = std::make_unique<Made>();
    const auto options = PartOptions(part.info, GetParam().options);
    auto encoder = part.make(*options, made->parameters, "agent.encoder",
                             GetParam().observations);
    if (!encoder.ok()) throw std::runtime_error(encoder.status().message());
    made->encoder = *std::move(encoder);
    made->parameters.Allocate(seed);
    return made;
  }

  static NamedTensors Observations(int64_t seed = 1) {
    return RandomObservations(GetParam().observations, {kRows}, seed);
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EncoderConformance);

TEST_P(EncoderConformance, DeclaresParametersBelowItsName) {
  ExpectNamesBelow(Make()->parameters, "agent.encoder");
}

TEST_P(EncoderConformance, GivesAnEncodingPerRecord) {
  const auto made = Make();
  const at::Tensor encoded = made->encoder->Encode(Observations());
  EXPECT_GE(made->encoder->size(), 1);
  EXPECT_EQ(encoded.sizes(), at::IntArrayRef({kRows, made->encoder->size()}));
  EXPECT_EQ(encoded.scalar_type(), at::kFloat);
  ExpectFinite(encoded);
}

TEST_P(EncoderConformance, IsAFunctionOfTheObservations) {
  const auto made = Make();
  const NamedTensors observations = Observations();
  const at::Tensor once = made->encoder->Encode(observations);
  ExpectEqualBits(made->encoder->Encode(observations), once);
  // What goes in is not written to.
  const NamedTensors again = Observations();
  for (const auto& [name, tensor] : observations) {
    ExpectEqualBits(tensor, again[name]);
  }
}

TEST_P(EncoderConformance, AnEncodingDependsOnItsOwnRecordAlone) {
  const auto made = Make();
  const NamedTensors observations = Observations();
  const at::Tensor all = made->encoder->Encode(observations);
  for (int64_t row = 0; row < kRows; ++row) {
    const at::Tensor alone = made->encoder->Encode(Mapped(
        observations,
        [row](const at::Tensor& x) { return x.narrow(0, row, 1); }));
    ExpectClose(alone[0], all[row], 1e-5);
  }
}

TEST_P(EncoderConformance, ReadsEveryObservation) {
  const auto made = Make();
  const NamedTensors observations = Observations(1);
  const NamedTensors others = Observations(50);
  const at::Tensor before = made->encoder->Encode(observations);
  for (const ObservationSpec& spec : GetParam().observations) {
    NamedTensors changed;
    for (const auto& [name, tensor] : observations) {
      changed.Add(name, name == spec.name ? others[name] : tensor);
    }
    EXPECT_GT(LargestDifference(made->encoder->Encode(changed), before), 1e-4)
        << spec.name << " does not matter";
  }
}

TEST_P(EncoderConformance, AMissingObservationIsMisuse) {
  const auto made = Make();
  EXPECT_ANY_THROW(made->encoder->Encode({}));
}

// In single precision, as encoders read observations, so with a tolerance to
// match. A step this small turns few ReLUs.
TEST_P(EncoderConformance, GradientsAreRight) {
  const auto made = Make();
  const NamedTensors observations = Observations();
  ExpectGradientsMatchDifferences(
      [&] {
        return std::vector<at::Tensor>{made->encoder->Encode(observations)};
      },
      VariablesOf({}, made->parameters), {.step = 3e-5, .tolerance = 0.05});
}

TEST_P(EncoderConformance, EveryParameterLearns) {
  const auto made = Make();
  made->encoder->Encode(Observations()).square().sum().backward();
  for (const Parameter& parameter : made->parameters.list()) {
    if (!parameter.learned) continue;
    EXPECT_GT(parameter.value.grad().abs().max().item<float>(), 0)
        << parameter.name;
  }
}

// What was learned by looking at frames stays so: it goes through a file, and
// no gradient changes it.
TEST_P(EncoderConformance, KeepsWhatItObserved) {
  const auto made = Make();
  LearnsAlone alone;
  for (int64_t update = 0; update < 3; ++update) {
    made->encoder->Observe(Observations(20 + update), update, alone);
  }
  ExpectFinite(made->encoder->Encode(Observations()));
  for (const Parameter& parameter : made->parameters.list()) {
    EXPECT_EQ(parameter.value.requires_grad(), parameter.learned)
        << parameter.name;
  }
  const auto loaded = Make(2);
  PassThroughFile(made->parameters, loaded->parameters);
  ExpectEqualBits(loaded->encoder->Encode(Observations()),
                  made->encoder->Encode(Observations()));
}

TEST_P(EncoderConformance, LoadedParametersMakeTheSameEncoder) {
  const auto saved = Make(1);
  const auto loaded = Make(2);
  PassThroughFile(saved->parameters, loaded->parameters);
  ExpectEqualBits(loaded->encoder->Encode(Observations()),
                  saved->encoder->Encode(Observations()));
}

// Options that do not fit the observations: make fails, and says `message`.
struct EncoderMisfit {
  std::string name;  // letters, digits and "_"
  EncoderPart part;
  std::string options;  // YAML
  std::vector<ObservationSpec> observations;
  std::string message;

  static std::string Name(const testing::TestParamInfo<EncoderMisfit>& info) {
    return info.param.name;
  }
  friend void PrintTo(const EncoderMisfit& value, std::ostream* out) {
    *out << value.name;
  }
};

class EncoderRefusal : public testing::TestWithParam<EncoderMisfit> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EncoderRefusal);

TEST_P(EncoderRefusal, SaysWhatDoesNotFit) {
  const EncoderMisfit& misfit = GetParam();
  Parameters parameters;
  const auto options = PartOptions(misfit.part.info, misfit.options);
  const auto encoder = misfit.part.make(*options, parameters, "agent.encoder",
                                        misfit.observations);
  ASSERT_FALSE(encoder.ok());
  EXPECT_EQ(encoder.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(encoder.status().message(), misfit.message);
}

}  // namespace credo

#endif  // CREDO_TESTS_CONFORMANCE_ENCODER_CONFORMANCE_H_
