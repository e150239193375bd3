#include "sdk/tensor/host_values.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace credo {
namespace {

TEST(HostValuesTest, WithoutARecordingAValueIsMadeOnceAndAtOnce) {
  int made = 0;
  const at::Tensor host = torch::ones({2});
  const at::Tensor there = FromHost(host, [&] {
    ++made;
    return host;
  });
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(there.is_same(host));
}

TEST(HostValuesTest, AreMadeAnewInTheSamePlaces) {
  HostValues values;
  int64_t number = 1;
  const auto ask = [&number] {
    return FromHost(at::kCPU, [&number] { return torch::tensor(number); });
  };
  at::Tensor there;
  {
    const HostValues::Recording recording(values);
    there = ask();
    EXPECT_FALSE(IsRepeating());
  }
  number = 2;
  ASSERT_TRUE(values.Refresh());
  EXPECT_EQ(there.item<int64_t>(), 2);
  HostValues::Repeating repeating(values);
  EXPECT_TRUE(IsRepeating());
  EXPECT_FALSE(repeating.AllAsked());
  EXPECT_TRUE(ask().is_same(there));
  EXPECT_TRUE(repeating.AllAsked());
  EXPECT_THROW(ask(), c10::Error);
}

TEST(HostValuesTest, ASizeMustStay) {
  HostValues values;
  int64_t size = 3;
  {
    const HostValues::Recording recording(values);
    EXPECT_EQ(SizeFromHost([&size] { return size; }), 3);
  }
  EXPECT_TRUE(values.Refresh());
  size = 0;
  EXPECT_FALSE(values.Refresh());
}

}  // namespace
}  // namespace credo
