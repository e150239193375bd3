#include "sdk/tensor/parameters.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "sdk/tensor/layers.h"

namespace credo {
namespace {

TEST(Parameters, SegmentsAreAlignedTo64Bytes) {
  Parameters parameters;
  parameters.Add("a", {3}, Init::FanIn(3));
  parameters.Add("b", {2, 5}, Init::FanIn(5));
  parameters.Add("c", {17}, Init::Zero());
  parameters.Allocate(1);
  for (const Parameter& p : parameters.list()) {
    EXPECT_EQ(p.offset * sizeof(float) % 64, 0u) << p.name;
  }
  EXPECT_EQ(parameters.count(), 3 + 10 + 17);
}

TEST(Parameters, StartDependsOnSeedAndNameAlone) {
  Parameters few;
  few.Add("b", {4}, Init::FanIn(4));
  few.Allocate(7);
  Parameters many;
  many.Add("a", {9}, Init::FanIn(4));
  many.Add("b", {4}, Init::FanIn(4));
  many.Allocate(7);
  EXPECT_TRUE(at::equal(few.list()[0].value, many.list()[1].value));
  Parameters other;
  other.Add("b", {4}, Init::FanIn(4));
  other.Allocate(8);
  EXPECT_FALSE(at::equal(few.list()[0].value, other.list()[0].value));
}

TEST(Parameters, FanInBoundsTheStart) {
  Parameters parameters;
  parameters.Add("w", {64, 16}, Init::FanIn(16));
  parameters.Allocate(3);
  const at::Tensor w = parameters.list()[0].value.detach();
  EXPECT_LE(w.abs().max().item<float>(), 0.25f);
  EXPECT_GT(w.abs().max().item<float>(), 0.24f);
  EXPECT_NEAR(w.mean().item<float>(), 0.0f, 0.02f);
}

TEST(Parameters, GradientsGatherInTheFlatBuffer) {
  Parameters parameters;
  Linear layer(parameters, "layer", 3, 2);
  parameters.Allocate(1);
  const at::Tensor x = torch::ones({4, 3});
  layer(x).sum().backward();
  const float* flat = parameters.gradients().const_data_ptr<float>();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(flat[i], 4.0f);
  parameters.ZeroGradients();
  layer(x).sum().backward();
  EXPECT_EQ(flat[0], 4.0f);
}

TEST(Parameters, PaddingStaysZero) {
  Parameters parameters;
  parameters.Add("a", {3}, Init::FanIn(1));
  parameters.Add("b", {1}, Init::FanIn(1));
  parameters.Allocate(1);
  EXPECT_EQ(parameters.values().slice(0, 3, 16).abs().max().item<float>(), 0);
}

TEST(Parameters, AddingTwiceOrTooLateThrows) {
  Parameters parameters;
  parameters.Add("a", {1}, Init::Zero());
  EXPECT_ANY_THROW(parameters.Add("a", {1}, Init::Zero()));
  parameters.Allocate(1);
  EXPECT_ANY_THROW(parameters.Add("b", {1}, Init::Zero()));
  EXPECT_ANY_THROW(parameters.Allocate(1));
}

TEST(Parameters, CopyFromTakesTheLeadingParameters) {
  Parameters from;
  from.Add("a", {20}, Init::FanIn(1));
  from.Add("b", {5}, Init::FanIn(1));
  from.Allocate(1);
  Parameters to;
  to.Add("a", {20}, Init::Zero());
  to.Allocate(1);
  to.CopyFrom(from);
  EXPECT_TRUE(at::equal(to.list()[0].value, from.list()[0].value));
  EXPECT_ANY_THROW(from.CopyFrom(to));
}

TEST(Parameters, SaveAndLoadRoundTrip) {
  Parameters from;
  from.Add("a", {2, 3}, Init::FanIn(1));
  from.Allocate(1);
  TensorFile file;
  from.Save("x.", file);
  Parameters to;
  to.Add("a", {2, 3}, Init::Zero());
  to.Allocate(2);
  ASSERT_TRUE(to.Load("x.", file).ok());
  EXPECT_TRUE(at::equal(to.list()[0].value, from.list()[0].value));
}

TEST(Parameters, LoadNamesWhatIsMissingOrOfAnotherShape) {
  Parameters from;
  from.Add("a", {2, 3}, Init::FanIn(1));
  from.Allocate(1);
  TensorFile file;
  from.Save("", file);
  Parameters other;
  other.Add("a", {3, 2}, Init::Zero());
  other.Allocate(1);
  const Status shape = other.Load("", file);
  EXPECT_EQ(shape.message(),
            "tensor 'a': expected F32 [3, 2], found F32 [2, 3]");
  Parameters missing;
  missing.Add("b", {1}, Init::Zero());
  missing.Allocate(1);
  EXPECT_EQ(missing.Load("", file).message(), "tensor 'b' is missing");
}

}  // namespace
}  // namespace credo
