#include "memory/kanerva_write.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/network_checks.h"
#include "tests/memory/oracle_tensors.h"
#include "tests/oracles/expect_near.h"
#include "tests/oracles/kanerva.h"

namespace credo {
namespace {

using oracle::kSixDecimals;
using oracle::Matrix;

// --- Numbers by hand, through the product's function ---

// One character's memory as it stands.
class ByHand {
 public:
  // R0, and a rule without process noise.
  ByHand(const Matrix& prior, double noise, double ridge = 1)
      : prior_(ToTensor(prior)),
        rule_{.noise = noise, .forgetting = 0, .ridge = ridge},
        contents_(torch::zeros(
            {1, prior_.size(0) * (prior_.size(1) + prior_.size(0))},
            at::kDouble)) {}

  // At `address`, or where least squares says so when it is empty. Returns the
  // KL.
  double Write(const oracle::Vector& address, const oracle::Vector& code) {
    const auto step = [](const oracle::Vector& x) {
      return ToTensor(x).view({1, 1, -1});
    };
    const KanervaWritten written = KanervaWrite(
        address.empty() ? at::Tensor() : step(address), step(code), prior_,
        contents_, {}, rule_);
    contents_ = written.contents[0];
    strength_ = written.strength.item<double>();
    return written.kl.item<double>();
  }

  at::Tensor R() const {
    return prior_ + contents_[0].slice(0, 0, prior_.numel()).view_as(prior_);
  }
  at::Tensor U() const {
    const int64_t rows = prior_.size(0);
    return torch::eye(rows, at::kDouble) +
           contents_[0].slice(0, prior_.numel()).view({rows, rows});
  }
  double strength() const { return strength_; }

 private:
  at::Tensor prior_;
  KanervaRule rule_;
  at::Tensor contents_;
  double strength_ = 0;
};

TEST(KanervaWrite, OrthogonalAddresses) {
  ByHand memory(Matrix(2, 3), .25);
  EXPECT_NEAR(memory.Write({.8, .6}, {1, -1, .5}), 1.934157, kSixDecimals);
  EXPECT_NEAR(memory.strength(), 1 / 1.25, 1e-15);
  ExpectClose(memory.R(), Matrix{{.64, -.64, .32}, {.48, -.48, .24}}, 1e-15);
  ExpectClose(memory.U(), Matrix{{.488, -.384}, {-.384, .712}}, 1e-15);
  memory.Write({.6, -.8}, {0, 2, 1});
  ExpectClose(memory.R(), Matrix{{.64, .32, .8}, {.48, -1.76, -.4}}, 1e-15);
  ExpectClose(memory.U(), Matrix{{.2, 0}, {0, .2}}, 1e-15);
}

TEST(KanervaWrite, ThreeWritesInAnyOrder) {
  const Matrix W = {{1, .5}, {.2, -1}, {-.4, .9}};
  const Matrix Z = {{1, 0}, {-.5, 2}, {.3, .7}};
  for (const std::vector<size_t>& order :
       {std::vector<size_t>{0, 1, 2}, {2, 1, 0}, {1, 2, 0}}) {
    ByHand memory(Matrix{{.1, -.2}, {0, .3}}, .5);
    double total = 0;
    for (const size_t n : order) total += memory.Write(W.Row(n), Z.Row(n));
    ExpectClose(memory.R(), Matrix{{.506163, -.005059}, {.507957, -.476681}},
                kSixDecimals);
    ExpectClose(memory.U(), Matrix{{.294361, .006899}, {.006899, .195474}},
                kSixDecimals);
    if (order[0] == 0 && order[1] == 1) {
      EXPECT_NEAR(total, 3.354224, kSixDecimals);
    }
  }
}

TEST(KanervaWrite, AtTheLeastSquaresAddress) {
  ByHand memory(Matrix{{1, 0, .5}, {0, 1, -.5}}, 1);
  memory.Write({}, {.8, -.4, 1});
  EXPECT_NEAR(memory.strength(), .4072 / 1.4072, 1e-14);
  ExpectClose(memory.R(), Matrix{{1.099773, -.023024, .714895},
                                 {-.06282, 1.014497, -.635304}},
              kSixDecimals);
  ExpectClose(memory.U(), Matrix{{.79278, .130472}, {.130472, .917851}},
              kSixDecimals);
}

TEST(KanervaWrite, FreezesWithoutForgetting) {
  ByHand memory(Matrix(2, 1), .01);
  for (int n = 0; n < 5; ++n) memory.Write({.6, .8}, {1});
  const at::Tensor w = torch::tensor({.6, .8}, at::kDouble);
  EXPECT_NEAR(w.dot(memory.U().mv(w)).item<double>(), 1 / (1 + 500.), 1e-14);
}

// --- Sequences ---

constexpr int64_t kSteps = 6;
constexpr int64_t kBatch = 2;
constexpr KanervaRule kRule = {.noise = .3, .forgetting = .05, .ridge = .7};

struct Case {
  int64_t rows;
  int64_t width;
  bool solve;

  friend void PrintTo(const Case& value, std::ostream* out) {
    *out << value.rows << "x" << value.width
         << (value.solve ? ", least squares" : "");
  }
};

using Tensors = std::vector<at::Tensor>;
using Write = decltype(&KanervaWrite);

at::Tensor Keep(at::ScalarType type = at::kDouble) {
  at::Tensor keep = torch::ones({kSteps, kBatch}, type);
  keep[0][0] = 0;
  keep[3][1] = 0;
  return keep;
}

KanervaWritten Written(Write write, const Case& of, const Tensors& in,
                   const at::Tensor& keep) {
  return write(of.solve ? at::Tensor() : in[3], in[0], in[1], in[2], keep,
               kRule);
}

at::Tensor Contents(const Case& of, const at::Tensor& prior) {
  const at::Tensor none =
      torch::zeros({kBatch, of.rows * (of.width + of.rows)}, at::kDouble);
  const at::Tensor addresses =
      at::softmax(RandomLeaf({3, kBatch, of.rows}, 11), -1);
  return KanervaWriteReference(addresses, RandomLeaf({3, kBatch, of.width}, 12),
                               prior, none, {}, kRule)
      .contents[2];
}

// Codes, prior, contents that earlier writes left, addresses.
Tensors Inputs(const Case& of, at::ScalarType type = at::kDouble) {
  const at::Tensor prior = RandomLeaf({of.rows, of.width}, 2);
  Tensors in = {RandomLeaf({kSteps, kBatch, of.width}, 1), prior,
                Contents(of, prior),
                at::softmax(RandomLeaf({kSteps, kBatch, of.rows}, 3), -1)};
  for (at::Tensor& tensor : in) {
    tensor = tensor.detach().to(type).requires_grad_(true);
  }
  return in;
}

Tensors Gradients(Write write, const Case& of,
                  at::ScalarType type = at::kDouble) {
  return GradientsOf(
      [&](const Tensors& in) {
        const KanervaWritten written = Written(write, of, in, Keep(type));
        return Tensors{written.contents, written.kl};
      },
      Inputs(of, type));
}

// Sizes below, at and above the eight partial sums of the kernels.
class KanervaWrites : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Sizes, KanervaWrites,
    testing::Values(Case{1, 1, false}, Case{8, 8, false}, Case{11, 5, false},
                    Case{5, 17, false}, Case{1, 3, true}, Case{8, 8, true},
                    Case{11, 5, true}, Case{5, 17, true}));

TEST_P(KanervaWrites, EqualTheOracle) {
  const Case of = GetParam();
  const Tensors in = Inputs(of);
  const KanervaWritten written = Written(KanervaWrite, of, in, {});
  const int64_t numbers = of.rows * of.width;
  const at::Tensor identity = torch::eye(of.rows, at::kDouble);
  // R and U of one row of contents.
  const auto moments = [&](const at::Tensor& contents) {
    return std::pair{
        ToMatrix(contents.slice(0, 0, numbers).view({of.rows, of.width}) +
                 in[1]),
        ToMatrix(contents.slice(0, numbers).view({of.rows, of.rows}) +
                 identity)};
  };
  for (int64_t b = 0; b < kBatch; ++b) {
    auto [R, U] = moments(in[2][b]);
    for (int64_t t = 0; t < kSteps; ++t) {
      const oracle::Vector code = ToVector(in[0][t][b]);
      const oracle::Vector address =
          of.solve ? oracle::RidgeAddress(R, code, kRule.ridge)
                   : ToVector(in[3][t][b]);
      oracle::AddProcessNoise(U, kRule.forgetting, 1);
      const Matrix before = R;
      const Matrix noisy = U;
      const oracle::KanervaWritten expected =
          oracle::KanervaWrite(R, U, address, code, kRule.noise);
      const auto [found_R, found_U] = moments(written.contents[t][b]);
      oracle::ExpectNear(found_R, R, 1e-12);
      oracle::ExpectNear(found_U, U, 1e-12);
      const double kl = written.kl[t][b].item<double>();
      EXPECT_NEAR(kl, expected.kl, 1e-12);
      EXPECT_NEAR(kl, oracle::MatrixNormalKl(R, U, before, noisy), 1e-10);
      EXPECT_NEAR(written.strength[t][b].item<double>(),
                  1 - kRule.noise / expected.sigma_z, 1e-13);
    }
  }
}

TEST_P(KanervaWrites, EqualPlainSteps) {
  const Case of = GetParam();
  const Tensors in = Inputs(of);
  const KanervaWritten fast = Written(KanervaWrite, of, in, Keep());
  const KanervaWritten slow = Written(KanervaWriteReference, of, in, Keep());
  ExpectClose(fast.contents, slow.contents, 1e-12);
  ExpectClose(fast.kl, slow.kl, 1e-12);
  ExpectClose(fast.strength, slow.strength, 1e-13);
}

TEST_P(KanervaWrites, EqualDoubleInSinglePrecision) {
  const Case of = GetParam();
  const KanervaWritten single =
      Written(KanervaWrite, of, Inputs(of, at::kFloat), Keep(at::kFloat));
  const KanervaWritten exact = Written(KanervaWrite, of, Inputs(of), Keep());
  ExpectClose(single.contents, exact.contents, 2e-5);
  ExpectClose(single.kl, exact.kl, 1e-4);
}

TEST_P(KanervaWrites, GradientsEqualPlainAutograd) {
  const Tensors fast = Gradients(KanervaWrite, GetParam());
  const Tensors slow = Gradients(KanervaWriteReference, GetParam());
  for (size_t i = 0; i < fast.size(); ++i) {
    const double scale = 1 + slow[i].abs().max().item<double>();
    EXPECT_LT(LargestDifference(fast[i], slow[i]), 1e-12 * scale)
        << "input " << i;
  }
}

TEST_P(KanervaWrites, GradientsInSinglePrecisionAgreeWithDouble) {
  const Tensors single = Gradients(KanervaWrite, GetParam(), at::kFloat);
  const Tensors slow = Gradients(KanervaWriteReference, GetParam(), at::kFloat);
  for (size_t i = 0; i < single.size(); ++i) {
    const double scale = 1 + slow[i].abs().max().item<double>();
    EXPECT_LT(LargestDifference(single[i], slow[i]), 1e-4 * scale)
        << "input " << i;
  }
}

TEST_P(KanervaWrites, GradientsMatchDifferences) {
  const Case of = GetParam();
  const Tensors in = Inputs(of);
  ExpectGradientsMatchDifferences(
      [&] {
        const KanervaWritten written = Written(KanervaWrite, of, in, Keep());
        return Tensors{written.contents, written.kl};
      },
      {{"codes", in[0]},
       {"prior", in[1]},
       {"contents", in[2]},
       {"addresses", in[3]}});
}

TEST_P(KanervaWrites, TheKlAloneHasTheGradientOfPlainAutograd) {
  const Case of = GetParam();
  const auto run = [&](Write write) {
    return GradientsOf(
        [&](const Tensors& in) {
          return Tensors{Written(write, of, in, Keep()).kl.mean()};
        },
        Inputs(of));
  };
  const Tensors fast = run(KanervaWrite);
  const Tensors slow = run(KanervaWriteReference);
  for (size_t i = 0; i < fast.size(); ++i) {
    ExpectClose(fast[i], slow[i], 1e-12);
  }
}

TEST_P(KanervaWrites, PiecesEqualTheWhole) {
  const Case of = GetParam();
  const Tensors in = Inputs(of);
  const KanervaWritten whole = Written(KanervaWrite, of, in, Keep());
  at::Tensor contents = in[2];
  for (int64_t t = 0; t < kSteps; ++t) {
    const auto one = [t](const at::Tensor& x) { return x.slice(0, t, t + 1); };
    const KanervaWritten piece =
        Written(KanervaWrite, of, {one(in[0]), in[1], contents, one(in[3])},
            one(Keep()));
    contents = piece.contents[0];
    ExpectEqualBits(contents, whole.contents[t]);
    ExpectEqualBits(piece.kl[0], whole.kl[t]);
  }
}

TEST_P(KanervaWrites, NothingButThePriorCrossesAReset) {
  const Case of = GetParam();
  const Tensors in = Inputs(of);
  at::Tensor keep = torch::ones({kSteps, kBatch}, at::kDouble);
  keep[3][1] = 0;
  const KanervaWritten written = Written(KanervaWrite, of, in, keep);
  (written.contents.slice(0, 3).select(1, 1).sum() +
   written.kl.slice(0, 3).select(1, 1).sum())
      .backward();
  EXPECT_EQ(in[0].grad().slice(0, 0, 3).abs().max().item<double>(), 0.0);
  EXPECT_EQ(in[2].grad().abs().max().item<double>(), 0.0);
  EXPECT_GT(in[1].grad().abs().max().item<double>(), 0.0);
}

// --- Many writes in single precision ---

struct Long {
  std::string name;
  int64_t rows;
  int64_t width;
  bool solve;
  double noise;
  double forgetting;
  double tolerance;  // between single and double precision
};

class KanervaHundredThousand : public testing::TestWithParam<Long> {};
INSTANTIATE_TEST_SUITE_P(
    Rules, KanervaHundredThousand,
    testing::Values(
        Long{"defaults", 32, 32, false, .1, .005, 1e-3},
        Long{"odd_sizes", 11, 5, false, .1, .005, 1e-3},
        Long{"least_forgetting", 16, 8, false, .1, 1e-4, 1e-3},
        Long{"least_of_both", 16, 8, false, 1e-3, 1e-4, 1e-2},
        Long{"least_squares", 16, 16, true, .1, .005, 1e-2},
        Long{"least_squares_odd_sizes", 11, 5, true, .1, .005, 1e-2},
        Long{"least_squares_least_of_both", 8, 8, true, 1e-3, 1e-4, 2e-2}),
    [](const auto& info) { return info.param.name; });

TEST_P(KanervaHundredThousand, KeepACovariance) {
  constexpr int64_t kChunk = 500;
  const Long& of = GetParam();
  const KanervaRule rule = {.noise = of.noise, .forgetting = of.forgetting};
  const int64_t numbers = of.rows * of.width;
  const at::Tensor prior =
      RandomLeaf({of.rows, of.width}, 1).detach() * (of.solve ? 1 : 0);
  at::Tensor exact =
      torch::zeros({1, numbers + of.rows * of.rows}, at::kDouble);
  at::Tensor single = exact.to(at::kFloat);
  const auto f32 = [](const at::Tensor& x) {
    return x.defined() ? x.to(at::kFloat) : x;
  };
  for (int64_t n = 0; n < 200; ++n) {
    const at::Tensor codes = at::layer_norm(
        RandomLeaf({kChunk, 1, of.width}, 2 * n + 10).detach(), {of.width});
    // Sharp ones too.
    const at::Tensor addresses =
        of.solve ? at::Tensor()
                 : at::softmax(
                       4 * RandomLeaf({kChunk, 1, of.rows}, 2 * n + 11)
                               .detach(),
                       -1);
    exact = KanervaWrite(addresses, codes, prior, exact, {}, rule)
                .contents[kChunk - 1];
    const KanervaWritten written = KanervaWrite(
        f32(addresses), f32(codes), f32(prior), single, {}, rule);
    single = written.contents[kChunk - 1];
    EXPECT_GE(written.strength.min().item<double>(), 0);
    EXPECT_LT(written.strength.max().item<double>(), 1);
    EXPECT_GE(written.kl.min().item<double>(), -1e-4);
    if (n % 20 != 19) continue;
    const at::Tensor covariance =
        single[0].slice(0, numbers).view({of.rows, of.rows});
    ExpectEqualBits(covariance, covariance.t());
    EXPECT_GT(oracle::SymmetricEigenvalues(
                  ToMatrix(covariance.to(at::kDouble) +
                           torch::eye(of.rows, at::kDouble)))
                  .front(),
              0);
  }
  ExpectClose(single, exact, of.tolerance);
}

}  // namespace
}  // namespace credo
