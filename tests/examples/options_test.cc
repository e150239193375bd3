#include "examples/sixty_hz/options.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace sixty_hz {
namespace {

using Arguments = std::vector<const char*>;

TEST(SixtyHzOptions, HaveDefaults) {
  std::string problem;
  const auto options = ReadOptions(Arguments{"a.safetensors"}, problem);
  ASSERT_TRUE(options.has_value()) << problem;
  EXPECT_EQ(options->model, "a.safetensors");
  EXPECT_EQ(options->seconds, std::nullopt);
  EXPECT_EQ(options->characters, 32);
  EXPECT_EQ(options->seed, 1u);
  EXPECT_FALSE(options->headless);
  EXPECT_FALSE(options->fast);
  EXPECT_FALSE(options->help);
}

TEST(SixtyHzOptions, AreReadInAnyOrder) {
  std::string problem;
  const auto options = ReadOptions(
      Arguments{"--seconds", "2.5", "--fast", "a", "--characters", "7",
                "--seed", "18446744073709551615", "--headless"},
      problem);
  ASSERT_TRUE(options.has_value()) << problem;
  EXPECT_EQ(options->model, "a");
  EXPECT_EQ(options->seconds, 2.5);
  EXPECT_EQ(options->characters, 7);
  EXPECT_EQ(options->seed, UINT64_MAX);
  EXPECT_TRUE(options->headless);
  EXPECT_TRUE(options->fast);
}

TEST(SixtyHzOptions, HelpNeedsNoModel) {
  std::string problem;
  const auto options = ReadOptions(Arguments{"--help"}, problem);
  ASSERT_TRUE(options.has_value()) << problem;
  EXPECT_TRUE(options->help);
}

struct Wrong {
  Arguments arguments;
  std::string problem;

  friend void PrintTo(const Wrong& wrong, std::ostream* out) {
    *out << wrong.problem;
  }
};

class SixtyHzWrongOptions : public testing::TestWithParam<Wrong> {};

TEST_P(SixtyHzWrongOptions, AreNamed) {
  std::string problem;
  EXPECT_FALSE(ReadOptions(GetParam().arguments, problem).has_value());
  EXPECT_EQ(problem, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    All, SixtyHzWrongOptions,
    testing::Values(
        Wrong{{}, "expected a model file, found none"},
        Wrong{{"a", "b"}, "expected one model file, found 'b' as well"},
        Wrong{{"a", "--loud"}, "--loud: no such option"},
        Wrong{{"a", "--seconds"},
              "--seconds: expected 1/60 to 1000000, found nothing"},
        Wrong{{"a", "--seconds", "0"},
              "--seconds: expected 1/60 to 1000000, found '0'"},
        Wrong{{"a", "--seconds", "nan"},
              "--seconds: expected 1/60 to 1000000, found 'nan'"},
        Wrong{{"a", "--seconds", "1s"},
              "--seconds: expected 1/60 to 1000000, found '1s'"},
        Wrong{{"a", "--characters", "1025"},
              "--characters: expected 1 to 1024, found '1025'"},
        Wrong{{"a", "--characters", "--fast"},
              "--characters: expected 1 to 1024, found '--fast'"},
        Wrong{{"a", "--seed", "-1"},
              "--seed: expected 0 to 2^64 - 1, found '-1'"}));

}  // namespace
}  // namespace sixty_hz
