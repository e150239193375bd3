#include "sdk/base/int8_weights.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace credo {
namespace {

void Add(TensorFile& file, const std::string& name, Shape shape,
         const std::vector<float>& numbers) {
  file.Add(name, DType::kF32, std::move(shape),
           std::as_bytes(std::span(numbers)));
}

template <typename Number>
std::vector<Number> Numbers(const TensorFile& file, const std::string& name) {
  const NamedTensor* const tensor = file.Find(name);
  if (tensor == nullptr) return {};
  std::vector<Number> numbers(tensor->bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), tensor->bytes.data(), tensor->bytes.size());
  return numbers;
}

bool Each(const std::string&) { return true; }

TEST(Int8WeightsTest, HasOneScalePerOutputOfALayer) {
  TensorFile file;
  Add(file, "a.input", {2, 2}, {1.27f, -0.5f, 0.02f, 0});
  Add(file, "a.recurrent", {2, 1}, {-0.3f, 2.54f});
  Add(file, "a.bias", {2}, {9, -8});
  ASSERT_TRUE(QuantiseWeights(file, Each).ok());
  EXPECT_EQ(Numbers<int8_t>(file, "a.input"),
            (std::vector<int8_t>{127, -50, 1, 0}));
  EXPECT_EQ(Numbers<int8_t>(file, "a.recurrent"),
            (std::vector<int8_t>{-30, 127}));
  const std::vector<float> scales = Numbers<float>(file, "a.scale");
  ASSERT_EQ(scales.size(), 2u);
  EXPECT_FLOAT_EQ(scales[0], 0.01f);
  EXPECT_FLOAT_EQ(scales[1], 0.02f);
  EXPECT_EQ(file.Find("a.input")->type, DType::kI8);
  EXPECT_EQ(Numbers<float>(file, "a.bias"), (std::vector<float>{9, -8}));
}

TEST(Int8WeightsTest, ComesBackWithinHalfAScale) {
  std::vector<float> weights;
  for (int i = 0; i < 300; ++i) weights.push_back(std::sin(1.7f * i) * i);
  TensorFile file;
  Add(file, "layer.weight", {3, 25, 2, 2}, weights);
  ASSERT_TRUE(QuantiseWeights(file, Each).ok());
  const std::vector<float> scales = Numbers<float>(file, "layer.scale");
  DequantiseWeights(file);
  const std::vector<float> back = Numbers<float>(file, "layer.weight");
  ASSERT_EQ(back.size(), weights.size());
  for (size_t i = 0; i < back.size(); ++i) {
    EXPECT_LE(std::abs(back[i] - weights[i]), scales[i / 100] * 0.5001f);
  }
  EXPECT_EQ(file.Find("layer.scale"), nullptr);
  EXPECT_EQ(file.Find("layer.weight")->shape, (Shape{3, 25, 2, 2}));
}

TEST(Int8WeightsTest, LeavesWhatIsNotToBeRounded) {
  TensorFile file;
  Add(file, "a.weight", {2, 2}, {1, 2, 3, 4});
  Add(file, "b.weight", {2, 2}, {1, 2, 3, 4});
  ASSERT_TRUE(QuantiseWeights(file, [](const std::string& name) {
                return name.starts_with("b.");
              }).ok());
  EXPECT_EQ(file.Find("a.weight")->type, DType::kF32);
  EXPECT_EQ(file.Find("b.weight")->type, DType::kI8);
}

TEST(Int8WeightsTest, KeepsAnOutputWithoutWeights) {
  TensorFile file;
  Add(file, "layer.weight", {2, 2}, {0, 0, 1, 2});
  ASSERT_TRUE(QuantiseWeights(file, Each).ok());
  EXPECT_EQ(Numbers<float>(file, "layer.scale")[0], 0.0f);
  DequantiseWeights(file);
  EXPECT_EQ(Numbers<float>(file, "layer.weight")[0], 0.0f);
}

// What is refused leaves the file as it was.
void ExpectRefused(TensorFile& file, const std::string& found) {
  const size_t tensors = file.tensors.size();
  const Status status = QuantiseWeights(file, Each);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find(found), std::string::npos)
      << status.message();
  EXPECT_EQ(file.tensors.size(), tensors);
  for (const NamedTensor& tensor : file.tensors) {
    EXPECT_EQ(tensor.type, DType::kF32) << tensor.name;
  }
}

TEST(Int8WeightsTest, RefusesALayerOfDifferentOutputs) {
  TensorFile file;
  Add(file, "a.first", {3, 2}, {1, 2, 3, 4, 5, 6});
  Add(file, "a.second", {2, 3}, {1, 2, 3, 4, 5, 6});
  ExpectRefused(file, "'a.second': expected 3 outputs");
}

TEST(Int8WeightsTest, RefusesWeightsThatAreNotFinite) {
  TensorFile file;
  Add(file, "a.weight", {1, 2}, {1, NAN});
  ExpectRefused(file, "'a.weight': expected finite");
}

TEST(Int8WeightsTest, RefusesANameThatIsTaken) {
  TensorFile file;
  Add(file, "a.weight", {1, 2}, {1, 2});
  Add(file, "a.scale", {1}, {1});
  ExpectRefused(file, "'a.scale'");
}

TEST(Int8WeightsTest, KeepsAScaleOfSomethingElse) {
  TensorFile file;
  Add(file, "a.weight", {1, 2}, {1, 2});
  Add(file, "b.scale", {1}, {3});
  ASSERT_TRUE(QuantiseWeights(file, Each).ok());
  DequantiseWeights(file);
  EXPECT_EQ(Numbers<float>(file, "b.scale"), std::vector<float>{3});
}

}  // namespace
}  // namespace credo
