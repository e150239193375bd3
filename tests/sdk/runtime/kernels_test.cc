#include "sdk/runtime/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "sdk/base/int8_weights.h"
#include "sdk/base/tensor_file.h"
#include "sdk/runtime/layers.h"
#include "tests/sdk/runtime/tested_kernels.h"

namespace credo::runtime {
namespace {

// A matrix of random numbers and its packed form, of floats or of 8 bits.
struct RandomLinear {
  RandomLinear(int64_t in, int64_t out, bool int8 = false)
      : weight(RandomFloats("weight", in * out)),
        bias(RandomFloats("bias", out)) {
    TensorFile file;
    file.Add("layer.weight", DType::kF32, {out, in},
             std::as_bytes(std::span(weight)));
    file.Add("layer.bias", DType::kF32, {out}, std::as_bytes(std::span(bias)));
    if (int8) {
      EXPECT_TRUE(QuantiseWeights(
          file, [](const std::string&) { return true; }).ok());
    }
    const Source source{file, Allocator::Default()};
    linear = *Linear::Load(source, {"layer", in, out});
    if (!int8) return;
    DequantiseWeights(file);
    const std::span<const float> rounded =
        *source.Tensor("layer.weight", {out, in});
    weight.assign(rounded.begin(), rounded.end());
  }
  // Term by term, in double precision.
  double At(const float* x, int64_t o) const {
    const int64_t in = linear.in();
    double sum = bias[static_cast<size_t>(o)];
    for (int64_t i = 0; i < in; ++i) {
      sum += static_cast<double>(weight[static_cast<size_t>(o * in + i)]) *
             x[i];
    }
    return sum;
  }

  std::vector<float> weight;
  std::vector<float> bias;
  Linear linear;
};

class KernelsTest : public testing::TestWithParam<const Kernels*> {};

void ExpectSumsOfTerms(const Kernels& kernels, bool int8) {
  for (const int64_t out : {1, 15, 16, 17, 33, 63, 64, 65, 130}) {
    for (const int64_t in : {1, 3, 64, 101}) {
      const RandomLinear it(in, out, int8);
      for (const int64_t rows : {1, 2, 5, 13, 32}) {
        const std::vector<float> x = RandomFloats("x", rows * in);
        const int64_t stride = Padded(out);
        std::vector<float> y(static_cast<size_t>(rows * stride), -7.0f);
        it.linear(kernels, rows, {const_cast<float*>(x.data()), in},
                  {y.data(), stride});
        for (int64_t r = 0; r < rows; ++r) {
          for (int64_t o = 0; o < out; ++o) {
            ASSERT_NEAR(y[r * stride + o], it.At(x.data() + r * in, o), 1e-4)
                << rows << " rows of " << in << " to " << out;
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, ProductsAreTheSumsOfTheirTerms) {
  ExpectSumsOfTerms(*GetParam(), /*int8=*/false);
}

TEST_P(KernelsTest, ProductsOfWholeNumbersAreTheSumsOfTheirTerms) {
  ExpectSumsOfTerms(*GetParam(), /*int8=*/true);
}

void ExpectRowsAlone(const Kernels& kernels, bool int8) {
  constexpr int64_t kIn = 77;
  constexpr int64_t kRows = 32;
  for (const int64_t out : {5, 16, 32, 48, 64, 96, 200}) {
    const RandomLinear it(kIn, out, int8);
    const std::vector<float> x = RandomFloats("x", kRows * kIn);
    const int64_t stride = Padded(out);
    std::vector<float> together(static_cast<size_t>(kRows * stride));
    it.linear(kernels, kRows, {const_cast<float*>(x.data()), kIn},
              {together.data(), stride});
    for (const int64_t rows : {1, 2, 3, 4, 6, 7, 12, 13, 31}) {
      std::vector<float> some(static_cast<size_t>(rows * stride));
      it.linear(kernels, rows, {const_cast<float*>(x.data()), kIn},
                {some.data(), stride});
      ASSERT_EQ(std::memcmp(some.data(), together.data(),
                            some.size() * sizeof(float)),
                0)
          << rows << " rows to " << out;
    }
  }
}

TEST_P(KernelsTest, ARowDoesNotDependOnThoseBesideIt) {
  ExpectRowsAlone(*GetParam(), /*int8=*/false);
  ExpectRowsAlone(*GetParam(), /*int8=*/true);
}

// Inputs of which stretches are zero, a few or nearly all.
std::vector<float> WithZeros(int64_t count) {
  constexpr float kShares[] = {1.0f, 0.5f, 0.0f, 0.02f, 0.7f};
  std::vector<float> numbers = RandomFloats("x", count);
  const std::vector<float> draws = RandomFloats("zeros", count);
  for (int64_t i = 0; i < count; ++i) {
    // Draws lie between -1 and 1.
    if (draws[i] > 2 * kShares[i / 150 % 5] - 1) numbers[i] = 0;
  }
  return numbers;
}

TEST_P(KernelsTest, ZerosThatAreSkippedChangeNothing) {
  for (const bool int8 : {false, true}) {
    for (const int64_t in : {40, 150, 1200, 2048, 2100}) {
      for (const int64_t out : {5, 64, 90}) {
        const RandomLinear it(in, out, int8);
        std::vector<float> x = WithZeros(in);
        x.resize(static_cast<size_t>(2 * in));
        const int64_t stride = Padded(out);
        std::vector<float> two(static_cast<size_t>(2 * stride));
        std::vector<float> one(static_cast<size_t>(stride));
        it.linear(*GetParam(), 2, {x.data(), in}, {two.data(), stride});
        it.linear(*GetParam(), 1, {x.data(), in}, {one.data(), stride});
        ASSERT_EQ(std::memcmp(one.data(), two.data(), one.size() * 4), 0)
            << in << " to " << out;
        // The second row is zero: what is left is the bias.
        it.linear(*GetParam(), 1, {x.data() + in, in}, {one.data(), stride});
        ASSERT_EQ(std::memcmp(one.data(), two.data() + stride, one.size() * 4),
                  0);
      }
    }
  }
}

TEST_P(KernelsTest, ReluCutsWhatIsNegative) {
  const RandomLinear it(9, 40);
  const std::vector<float> x = RandomFloats("x", 9);
  std::vector<float> y(48);
  it.linear(*GetParam(), 1, {const_cast<float*>(x.data()), 9}, {y.data(), 48},
            /*relu=*/true);
  for (int64_t o = 0; o < 40; ++o) {
    EXPECT_NEAR(y[o], std::max(0.0, it.At(x.data(), o)), 1e-5);
  }
}

// A convolution: rows that overlap, each of several runs.
TEST_P(KernelsTest, ReadsRowsInRuns) {
  constexpr int64_t kWidth = 9;
  constexpr int64_t kDepth = 3;
  constexpr int64_t kKernel = 4;
  constexpr int64_t kStride = 2;
  constexpr int64_t kSide = (kWidth - kKernel) / kStride + 1;
  for (const int64_t out : {5, 20, 32}) {
    const RandomLinear it(kKernel * kKernel * kDepth, out);
    const std::vector<float> plane =
        RandomFloats("plane", kWidth * kWidth * kDepth);
    const int64_t stride = Padded(out);
    std::vector<float> y(static_cast<size_t>(kSide * kSide * stride));
    GetParam()->product(it.linear.matrix(),
                        {.count = kSide * kSide,
                         .x = plane.data(),
                         .row_stride = kStride * kDepth,
                         .per_line = kSide,
                         .line_stride = kStride * kWidth * kDepth,
                         .segments = kKernel,
                         .segment_length = kKernel * kDepth,
                         .segment_stride = kWidth * kDepth,
                         .y = y.data(),
                         .y_stride = stride});
    for (int64_t row = 0; row < kSide * kSide; ++row) {
      std::vector<float> patch;
      for (int64_t ky = 0; ky < kKernel; ++ky) {
        for (int64_t kx = 0; kx < kKernel; ++kx) {
          for (int64_t c = 0; c < kDepth; ++c) {
            const int64_t at = (row / kSide * kStride + ky) * kWidth +
                               row % kSide * kStride + kx;
            patch.push_back(plane[static_cast<size_t>(at * kDepth + c)]);
          }
        }
      }
      for (int64_t o = 0; o < out; ++o) {
        ASSERT_NEAR(y[row * stride + o], it.At(patch.data(), o), 1e-4);
      }
    }
  }
}

TEST_P(KernelsTest, StepsAnLstm) {
  for (const int64_t units : {1, 7, 16, 33}) {
    const std::vector<float> gates = RandomFloats("gates", 4 * units);
    const std::vector<float> before = RandomFloats("cell", units);
    std::vector<float> cell = before;
    std::vector<float> hidden(before.size());
    std::vector<float> tanh_cell(before.size());
    GetParam()->lstm(units, gates.data(), cell.data(), hidden.data(),
                     tanh_cell.data());
    const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
    for (int64_t u = 0; u < units; ++u) {
      const double c =
          sigmoid(gates[units + u]) * before[u] +
          sigmoid(gates[u]) * std::tanh(gates[2 * units + u]);
      EXPECT_NEAR(cell[u], c, 2e-6);
      EXPECT_NEAR(tanh_cell[u], std::tanh(c), 2e-6);
      EXPECT_NEAR(hidden[u], sigmoid(gates[3 * units + u]) * std::tanh(c),
                  2e-6);
    }
  }
}

TEST_P(KernelsTest, StepsAGru) {
  for (const int64_t units : {1, 7, 16, 33}) {
    const std::vector<float> inputs = RandomFloats("inputs", 3 * units);
    const std::vector<float> products = RandomFloats("products", 3 * units);
    const std::vector<float> before = RandomFloats("hidden", units);
    std::vector<float> hidden = before;
    GetParam()->gru(units, inputs.data(), products.data(), hidden.data());
    const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
    for (int64_t u = 0; u < units; ++u) {
      const double r = sigmoid(inputs[u] + products[u]);
      const double z = sigmoid(inputs[units + u] + products[units + u]);
      const double n =
          std::tanh(inputs[2 * units + u] + r * products[2 * units + u]);
      EXPECT_NEAR(hidden[u], (1 - z) * n + z * before[u], 2e-6);
    }
  }
}

// Runs `work` with a stack that lies `bytes` lower.
[[gnu::noinline]] void Lower(size_t bytes, const std::function<void()>& work) {
  auto* const taken = static_cast<volatile char*>(__builtin_alloca(bytes));
  taken[0] = 1;
  work();
  // Until here the bytes are in use.
  taken[bytes - 1] = taken[0];
}

// A caller need not lie on a multiple of a vector's size: on Windows it lies on
// one of 16 bytes.
TEST_P(KernelsTest, WorkWhereverTheStackLies) {
  constexpr int64_t kIn = 13;
  constexpr int64_t kRows = 32;
  const Kernels& kernels = *GetParam();
  const auto work = [&](int64_t rows, int64_t out) {
    const RandomLinear it(kIn, out);
    std::vector<float> x = RandomFloats("x", kRows * kIn);
    std::vector<float> y(static_cast<size_t>(kRows * Padded(out)));
    it.linear(kernels, rows, {x.data(), kIn}, {y.data(), Padded(out)});
    std::vector<float> more(static_cast<size_t>(4 * kIn));
    kernels.lstm(kIn, x.data(), &more[0], &more[kIn], &more[2 * kIn]);
    kernels.gru(kIn, x.data(), x.data(), &more[3 * kIn]);
    kernels.softmax(kIn, 1.5f, x.data());
    kernels.write(4, kIn, x.data(), x.data(), more.data());
    kernels.read(4, kIn, x.data(), more.data(), x.data() + kIn);
    kernels.scores(4, kIn, kIn, more.data(), x.data(), x.data() + 2 * kIn);
    kernels.squares(4, kIn, kIn, more.data(), x.data() + 3 * kIn);
    kernels.update(4, kIn, 0.5f, x.data(), x.data() + kIn, more.data());
    const std::vector<double> doubles(x.begin(), x.end());
    std::vector<double> factors(16);
    std::vector<double> fitted(4);
    kernels.factor(4, kIn, doubles.data(), 0.25, factors.data());
    kernels.fit(4, kIn, doubles.data(), factors.data(), doubles.data() + kIn,
                fitted.data());
    y.insert(y.end(), fitted.begin(), fitted.end());
    y.insert(y.end(), more.begin(), more.end());
    y.insert(y.end(), x.begin(), x.end());
    std::vector<uint8_t> bytes(static_cast<size_t>(kIn), 100);
    kernels.intensities(kIn, bytes.data(), x.data());
    y.insert(y.end(), x.begin(), x.end());
    return y;
  };
  for (const int64_t out : {5, 32, 64, 200}) {
    for (const int64_t rows : {1, 2, 3, 5, 6, 7, 11, 12, 32}) {
      const std::vector<float> expected = work(rows, out);
      for (const size_t lower : {16, 32, 48, 64}) {
        std::vector<float> found;
        Lower(lower, [&] { found = work(rows, out); });
        ASSERT_EQ(found, expected) << rows << " rows to " << out << " with "
                                   << lower << " bytes on the stack";
      }
    }
  }
}

TEST_P(KernelsTest, IntensitiesAreShares) {
  std::vector<uint8_t> bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  std::vector<float> shares(256, NAN);
  GetParam()->intensities(256, bytes.data(), shares.data());
  for (int b = 0; b < 256; ++b) EXPECT_NEAR(shares[b], b / 255.0, 1e-7) << b;
  EXPECT_EQ(shares[0], 0);
  EXPECT_EQ(shares[255], 1);
}

TEST_P(KernelsTest, StandardisesEachNumberByItsOwn) {
  for (const int64_t count : {1, 15, 16, 37}) {
    const std::vector<float> mean = RandomFloats("mean", count);
    const std::vector<float> inverse = RandomFloats("inverse", count);
    const std::vector<float> before = RandomFloats("x", count);
    std::vector<float> x = before;
    x.push_back(7);
    GetParam()->standardise(count, mean.data(), inverse.data(), x.data());
    for (int64_t i = 0; i < count; ++i) {
      EXPECT_NEAR(x[i], (before[i] - mean[i]) * inverse[i], 1e-6) << i;
    }
    EXPECT_EQ(x.back(), 7);
  }
}

TEST_P(KernelsTest, OneNumberThatIsNotFiniteIsSeen) {
  const float most = std::numeric_limits<float>::max();
  for (const int64_t count : {1, 15, 16, 37}) {
    std::vector<float> x(count, -most);
    x.push_back(NAN);  // behind the end
    EXPECT_TRUE(GetParam()->finite(count, x.data())) << count;
    for (int64_t i = 0; i < count; ++i) {
      for (const float other : {NAN, -NAN, INFINITY, -INFINITY}) {
        x[i] = other;
        EXPECT_FALSE(GetParam()->finite(count, x.data())) << i;
        x[i] = 0;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Available, KernelsTest,
    testing::ValuesIn(TestedKernels()),
    [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace credo::runtime
