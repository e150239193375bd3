#include "sdk/model/limits.h"

#include <gtest/gtest.h>

namespace credo {
namespace {

constexpr int64_t kNumbers = ConvolutionWork::kMaxNumbers;

TEST(ConvolutionWork, HoldsEachPictureToItsSize) {
  EXPECT_TRUE(ConvolutionWork().Add(kNumbers, kNumbers, 1).ok());
  EXPECT_EQ(ConvolutionWork().Add(kNumbers + 1, 1, 1).message(),
            "expected pictures of at most 8388608 numbers before and after a "
            "convolution, found 8388609");
  EXPECT_FALSE(ConvolutionWork().Add(1, kNumbers + 1, 1).ok());
}

TEST(ConvolutionWork, HoldsAllOfThemToOneSum) {
  ConvolutionWork work;
  // A quarter of what is allowed.
  constexpr int64_t kTerms =
      ConvolutionWork::kMaxMultiplications / kNumbers / 4;
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(work.Add(kNumbers, kNumbers, kTerms).ok());
  }
  EXPECT_EQ(work.Add(1, 1, 1).message(),
            "expected convolutions of at most 2147483648 multiplications "
            "together, found more");
}

TEST(ConvolutionWork, CountsChannelsAsTheyAreComputed) {
  EXPECT_EQ(PaddedChannels(1), 16);
  EXPECT_EQ(PaddedChannels(16), 16);
  EXPECT_EQ(PaddedChannels(17), 32);
}

}  // namespace
}  // namespace credo
