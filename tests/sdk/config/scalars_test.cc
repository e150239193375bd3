#include "sdk/config/scalars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace credo {
namespace {

TEST(Scalars, ReadWholeDecimalIntegers) {
  EXPECT_EQ(ParseInt("0"), 0);
  EXPECT_EQ(ParseInt("-7"), -7);
  EXPECT_EQ(ParseInt("+7"), 7);
  EXPECT_EQ(ParseInt("9223372036854775807"),
            std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ParseInt("-9223372036854775808"),
            std::numeric_limits<int64_t>::min());
}

TEST(Scalars, ReadNoIntegerOutOfAnythingElse) {
  for (const char* text :
       {"", "+", "-", "+-5", "-+5", "--5", "++5", "1.0", "1e3", "0x10", "1_000",
        "1,000", " 1", "1 ", "one", "9223372036854775808", "true", "~"}) {
    EXPECT_EQ(ParseInt(text), std::nullopt) << '\'' << text << '\'';
  }
}

TEST(Scalars, ReadReals) {
  EXPECT_EQ(ParseReal("0.5"), 0.5);
  EXPECT_EQ(ParseReal("-1"), -1.0);
  EXPECT_EQ(ParseReal("+2.5e-3"), 0.0025);
  EXPECT_EQ(ParseReal("1E3"), 1000.0);
  EXPECT_EQ(ParseReal(".5"), 0.5);
  EXPECT_EQ(ParseReal(".inf"), INFINITY);
  EXPECT_EQ(ParseReal("+.inf"), INFINITY);
  EXPECT_EQ(ParseReal("-.inf"), -INFINITY);
}

TEST(Scalars, ReadNoRealOutOfAnythingElse) {
  for (const char* text :
       {"", ".", "e5", "nan", ".nan", "NaN", "inf", "infinity", "-inf", "+-1",
        "1.0x", "0x1p3", "1,5", " 1", "1 ", "1e999", "true"}) {
    EXPECT_EQ(ParseReal(text), std::nullopt) << '\'' << text << '\'';
  }
}

TEST(Scalars, WriteTheShortestRealThatReadsBack) {
  EXPECT_EQ(RealText(0.1), "0.1");
  EXPECT_EQ(RealText(3), "3");
  // With a point, or YAML 1.1 reads texts.
  EXPECT_EQ(RealText(1e-8), "1.0e-08");
  EXPECT_EQ(RealText(-1e300), "-1.0e+300");
  EXPECT_EQ(RealText(1.5e-8), "1.5e-08");
  EXPECT_EQ(RealText(INFINITY), ".inf");
  EXPECT_EQ(RealText(-INFINITY), "-.inf");
}

TEST(Scalars, ReadBackEveryRealThatTheyWrite) {
  using Limits = std::numeric_limits<double>;
  for (const double value :
       {0.0, -0.0, 0.1, 1.0 / 3.0, 1e22, 1e23, -1.7976931348623157e308,
        Limits::max(), Limits::min(), Limits::denorm_min(),
        123456789.12345679, 5e-324, std::nextafter(1.0, 2.0),
        Limits::infinity(), -Limits::infinity()}) {
    const std::optional<double> read = ParseReal(RealText(value));
    ASSERT_TRUE(read.has_value()) << RealText(value);
    EXPECT_EQ(*read, value) << RealText(value);
    EXPECT_EQ(std::signbit(*read), std::signbit(value)) << RealText(value);
  }
}

TEST(Scalars, LeaveAPlainWordUnquoted) {
  for (const char* text : {"grid", "pose.cell", "a/b-c_d", "Nobody", "x1"}) {
    EXPECT_EQ(QuotedText(text), text);
  }
}

TEST(Scalars, QuoteWhatYamlReadsOtherwise) {
  for (const char* text :
       {"", "true", "False", "NULL", "null", "Yes", "OFF", "y", "N", "12",
        "-1", "0x1f", ".inf", "~", "a b", "a: b", "#a", "[a]", "*a", "&a", "!a",
        "a\nb", "-", "---"}) {
    EXPECT_EQ(QuotedText(text).front(), '"') << '\'' << text << '\'';
  }
}

TEST(Scalars, NameARangeByTheBoundsThatItHas) {
  EXPECT_EQ(RangeText(IntRange{1, 9}), "an integer in [1, 9]");
  EXPECT_EQ(RangeText(IntRange{.low = 0}), "an integer of at least 0");
  EXPECT_EQ(RangeText(IntRange{.high = 4}), "an integer of at most 4");
  EXPECT_EQ(RangeText(IntRange{}), "an integer");
  EXPECT_EQ(RangeText(RealRange{0, 0.5}), "a number in [0, 0.5]");
  EXPECT_EQ(RangeText(RealRange{.low = -1}), "a number of at least -1");
  EXPECT_EQ(RangeText(RealRange{.high = 1}), "a number of at most 1");
  EXPECT_EQ(RangeText(RealRange{}), "a number");
}

TEST(Scalars, NameAChoiceByItsWords) {
  EXPECT_EQ(OneOfText({"a"}), "one of 'a'");
  EXPECT_EQ(OneOfText({"a", "b"}), "one of 'a', 'b'");
}

}  // namespace
}  // namespace credo
