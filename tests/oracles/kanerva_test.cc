#include "tests/oracles/kanerva.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/oracles/densities.h"
#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

// --- Two writes at right angles ---

TEST(KanervaWrite, OrthogonalAddresses) {
  Matrix R(2, 3);
  Matrix U = Identity(2);
  const Vector w1 = {.8, .6};
  const Vector w2 = {.6, -.8};

  const KanervaWritten first = KanervaWrite(R, U, w1, {1, -1, .5}, .25);
  EXPECT_NEAR(first.sigma_z, 1.25, 1e-15);
  EXPECT_NEAR(first.kl, 1.934157, kSixDecimals);
  ExpectNear(R, Matrix{{.64, -.64, .32}, {.48, -.48, .24}}, 1e-15);
  ExpectNear(U, Matrix{{.488, -.384}, {-.384, .712}}, 1e-15);

  const KanervaWritten second = KanervaWrite(R, U, w2, {0, 2, 1}, .25);
  ExpectNear(R, Matrix{{.64, .32, .8}, {.48, -1.76, -.4}}, 1e-15);
  ExpectNear(U, Identity(2, .2), 1e-15);

  const double total = MatrixNormalKl(R, U, Matrix(2, 3), Identity(2));
  EXPECT_NEAR(total, 4.748314, kSixDecimals);
  EXPECT_NEAR(first.kl + second.kl, total, 1e-14);

  ExpectNear(KanervaRead(R, w1), {.8, -.8, .4}, 1e-15);
  ExpectNear(KanervaRead(R, w2), {0, 1.6, .8}, 1e-15);
  EXPECT_NEAR(KanervaReadVariance(U, w1), .2, 1e-15);
}

// --- Three writes, not at right angles ---

class KanervaThreeWrites : public testing::Test {
 protected:
  static constexpr double kSigma2 = .5;

  void ExpectFinal(const Matrix& R, const Matrix& U) const {
    ExpectNear(R, Matrix{{.506163, -.005059}, {.507957, -.476681}},
               kSixDecimals);
    ExpectNear(U, Matrix{{.294361, .006899}, {.006899, .195474}},
               kSixDecimals);
  }

  const Matrix W = {{1, .5}, {.2, -1}, {-.4, .9}};
  const Matrix Z = {{1, 0}, {-.5, 2}, {.3, .7}};
  const Matrix R0 = {{.1, -.2}, {0, .3}};
  const Matrix U0 = Identity(2);
  Matrix R = R0;
  Matrix U = U0;
};

TEST_F(KanervaThreeWrites, OneByOne) {
  const KanervaWritten first = KanervaWrite(R, U, W.Row(0), Z.Row(0), kSigma2);
  EXPECT_NEAR(first.sigma_z, 1.75, 1e-15);
  ExpectNear(R, Matrix{{.614286, -.171429}, {.257143, .314286}}, kSixDecimals);
  ExpectNear(U, Matrix{{.428571, -.285714}, {-.285714, .857143}},
             kSixDecimals);

  const KanervaWritten second =
      KanervaWrite(R, U, W.Row(1), Z.Row(1), kSigma2);
  EXPECT_NEAR(second.sigma_z, 1.488571, kSixDecimals);
  ExpectNear(R, Matrix{{.523033, .414587}, {.481766, -1.128215}},
             kSixDecimals);
  ExpectNear(U, Matrix{{.335893, -.057582}, {-.057582, .295585}},
             kSixDecimals);

  const KanervaWritten third = KanervaWrite(R, U, W.Row(2), Z.Row(2), kSigma2);
  EXPECT_NEAR(third.sigma_z, .834626, kSixDecimals);
  ExpectFinal(R, U);

  EXPECT_NEAR(MatrixNormalKl(R, U, R0, U0), 1.87805, 5.1e-6);
  // Not the total: what one write moves, the next one moves back.
  EXPECT_NEAR(first.kl + second.kl + third.kl, 3.354224, kSixDecimals);
}

TEST_F(KanervaThreeWrites, InReversedOrder) {
  for (const size_t n : {2, 1, 0}) {
    KanervaWrite(R, U, W.Row(n), Z.Row(n), kSigma2);
  }
  ExpectFinal(R, U);
}

TEST_F(KanervaThreeWrites, AtOnce) {
  KanervaBatchWrite(R, U, W, Z, kSigma2);
  ExpectFinal(R, U);
}

TEST_F(KanervaThreeWrites, InInformationForm) {
  KanervaInformationWrite(R, U, W, Z, kSigma2);
  ExpectFinal(R, U);
}

TEST_F(KanervaThreeWrites, KlOfEachWriteIsThatOfTheDensities) {
  for (size_t n = 0; n < 3; ++n) {
    const Matrix R_before = R;
    const Matrix U_before = U;
    const KanervaWritten written =
        KanervaWrite(R, U, W.Row(n), Z.Row(n), kSigma2);
    EXPECT_NEAR(written.kl, MatrixNormalKl(R, U, R_before, U_before), 1e-14);
  }
}

// With one row and one column the memory is one normal distribution.
TEST(MatrixNormalKl, OfOneEntryIsThatOfANormal) {
  EXPECT_NEAR(MatrixNormalKl({{.5}}, {{.64}}, {{-.2}}, {{1.69}}),
              GaussianKl(.5, .8, -.2, 1.3), 1e-15);
}

// --- Many writes ---

TEST(KanervaWrite, ManyAtOnceAreManyOneByOne) {
  Draws draws(3);
  const Matrix W = draws.Next(20, 5);
  const Matrix Z = draws.Next(20, 4);
  Matrix R1 = draws.Next(5, 4);
  Matrix U1 = Identity(5, 2);
  Matrix R2 = R1;
  Matrix U2 = U1;
  Matrix R3 = R1;
  Matrix U3 = U1;
  for (size_t n = 0; n < W.rows; ++n) {
    KanervaWrite(R1, U1, W.Row(n), Z.Row(n), .3);
  }
  KanervaBatchWrite(R2, U2, W, Z, .3);
  KanervaInformationWrite(R3, U3, W, Z, .3);
  ExpectNear(R2, R1, 1e-13);
  ExpectNear(U2, U1, 1e-13);
  ExpectNear(R3, R1, 1e-13);
  ExpectNear(U3, U1, 1e-13);
}

TEST(KanervaWrite, ForgettingIsTheSameInBothForms) {
  Draws draws(4);
  const Matrix W = draws.Next(50, 4);
  const Matrix Z = draws.Next(50, 3);
  Matrix R1 = draws.Next(4, 3);
  Matrix U1 = Identity(4, 1.5);
  Matrix R2 = R1;
  Matrix U2 = U1;
  for (size_t n = 0; n < W.rows; ++n) {
    AddProcessNoise(U1, .05, 1.5);
    KanervaWrite(R1, U1, W.Row(n), Z.Row(n), .3);
  }
  KanervaForgettingWrites(R2, U2, W, Z, .3, .05, 1.5);
  ExpectNear(R2, R1, 1e-12);
  ExpectNear(U2, U1, 1e-12);
}

void ExpectCovariance(const Matrix& U) {
  ExpectNear(U, Transpose(U), 1e-12);
  EXPECT_GT(SymmetricEigenvalues(U).front(), 0);
}

TEST(KanervaWrite, TwoThousandKeepACovariance) {
  Draws draws(5);
  Matrix R(8, 4);
  Matrix U = Identity(8);
  for (int n = 0; n < 2000; ++n) {
    KanervaWrite(R, U, draws.Next(8), draws.Next(4), 1);
    if (n % 100 == 99) ExpectCovariance(U);
  }
}

TEST(KanervaWrite, TwoThousandNearlyWithoutNoiseKeepACovariance) {
  Draws draws(6);
  Matrix R(8, 4);
  Matrix U = Identity(8);
  // Three addresses only: the other directions are never written.
  const Matrix addresses = draws.Next(3, 8);
  for (size_t n = 0; n < 2000; ++n) {
    KanervaWrite(R, U, addresses.Row(n % 3), draws.Next(4), 1e-4);
    if (n % 100 == 99) ExpectCovariance(U);
  }
}

TEST(KanervaWrite, TwoThousandWithForgettingKeepACovariance) {
  Draws draws(7);
  Matrix R(8, 4);
  Matrix U = Identity(8);
  for (int n = 0; n < 2000; ++n) {
    AddProcessNoise(U, .005, 1);
    const KanervaWritten written =
        KanervaWrite(R, U, draws.Next(8), draws.Next(4), 1);
    EXPECT_GE(written.sigma_z, 1);
    EXPECT_GE(written.kl, 0);
    if (n % 100 == 99) ExpectCovariance(U);
  }
}

TEST(KanervaWrite, FreezesWithoutForgetting) {
  const Vector w = {.6, .8};
  Matrix R(2, 1);
  Matrix U = Identity(2);
  for (int n = 0; n < 5; ++n) KanervaWrite(R, U, w, {1}, .01);
  EXPECT_NEAR(KanervaReadVariance(U, w), .001996, kSixDecimals);
  EXPECT_NEAR(KanervaReadVariance(U, w), 1 / (1 + 500.), 1e-15);
}

// Along w, the variance v settles where 1/v = 1/((1 - eta) v + eta u0)
// + 1/sigma^2; the memory goes on learning with the gain v / sigma^2.
TEST(KanervaWrite, StaysOpenWithForgetting) {
  const Vector w = {.6, .8};
  Matrix R(2, 1);
  Matrix U = Identity(2);
  for (int n = 0; n < 2000; ++n) {
    AddProcessNoise(U, .005, 1);
    KanervaWrite(R, U, w, {1}, .01);
  }
  const double v = KanervaReadVariance(U, w);
  EXPECT_NEAR(1 / v, 1 / (.995 * v + .005) + 100, 1e-9);
  EXPECT_GT(v, .004);
}

TEST(AddProcessNoise, MovesUTowardsItsPrior) {
  Matrix U = {{.2, .1}, {.1, .4}};
  AddProcessNoise(U, .25, 2);
  ExpectNear(U, Matrix{{.65, .075}, {.075, .8}}, 1e-15);
}

// --- Addresses by least squares ---

class KanervaAddress : public testing::Test {
 protected:
  const Vector z = {.8, -.4, 1};
  Matrix R = {{1, 0, .5}, {0, 1, -.5}};
  Matrix U = Identity(2);
};

TEST_F(KanervaAddress, Ridge) {
  const Vector w = RidgeAddress(R, z, 1);
  ExpectNear(w, {.54, -.34}, 1e-15);

  const KanervaWritten written = KanervaWrite(R, U, w, z, 1);
  EXPECT_NEAR(written.sigma_z, 1.4072, 1e-14);
  ExpectNear(R, Matrix{{1.099773, -.023024, .714895},
                       {-.06282, 1.014497, -.635304}}, kSixDecimals);
  ExpectNear(U, Matrix{{.79278, .130472}, {.130472, .917851}}, kSixDecimals);

  ExpectNear(RidgeAddress(R, z, 1), {.523038, -.330543}, kSixDecimals);
  ExpectNear(RidgeRead(R, z, 1), {.595987, -.347378, .583913}, kSixDecimals);
}

TEST_F(KanervaAddress, RidgeWithUncertainty) {
  ExpectNear(RidgeAddressWithUncertainty(R, U, z, 1), {.24, -.16}, 1e-15);
}

// The released code of the dynamic machine solves (A^2 + lambda I) w = A R z'
// with A = R R', which is another address; the write is the same.
TEST_F(KanervaAddress, OfTheReleasedCode) {
  const auto address = [&] {
    const Matrix A = Product(R, Transpose(R));
    const Matrix squared = Sum(Product(A, A), Identity(2));
    return Product(Inverse(squared), Product(A, Product(R, z)));
  };
  const Vector w = address();
  ExpectNear(w, {.607692, -.407692}, kSixDecimals);

  const KanervaWritten written = KanervaWrite(R, U, w, z, 1);
  EXPECT_NEAR(written.sigma_z, 1.535503, kSixDecimals);
  ExpectNear(R, Matrix{{1.076108, .003044, .694836},
                       {-.05106, .997958, -.630713}}, kSixDecimals);
  ExpectNear(U, Matrix{{.759499, .161349}, {.161349, .891753}}, kSixDecimals);

  ExpectNear(address(), {.624554, -.416086}, kSixDecimals);
  ExpectNear(KanervaRead(R, address()), {.693333, -.413335, .696394},
             kSixDecimals);
}

TEST_F(KanervaAddress, KlOfARidgeAddress) {
  double kl = 0;
  for (const double mean : RidgeAddress(R, z, 1)) {
    kl += GaussianKl(mean, .3, 0, 1);
  }
  EXPECT_NEAR(kl, 1.701546, kSixDecimals);
}

TEST_F(KanervaAddress, IsTheOptimum) {
  const double lambda = .7;
  U = {{.5, .2}, {.2, .9}};
  // |z - w R|^2 + lambda |w|^2, and C w U w' where the memory is uncertain.
  const auto cost = [&](const Vector& w, bool uncertain) {
    Vector error = KanervaRead(R, w);
    for (size_t j = 0; j < z.size(); ++j) error[j] -= z[j];
    return Dot(error, error) + lambda * Dot(w, w) +
           (uncertain ? 3 * KanervaReadVariance(U, w) : 0);
  };
  for (const bool uncertain : {false, true}) {
    const Vector w = uncertain ? RidgeAddressWithUncertainty(R, U, z, lambda)
                               : RidgeAddress(R, z, lambda);
    for (size_t i = 0; i < w.size(); ++i) {
      Vector more = w;
      Vector less = w;
      more[i] += 1e-3;
      less[i] -= 1e-3;
      EXPECT_GT(cost(more, uncertain), cost(w, uncertain));
      // The cost is quadratic: both sides are equal at the optimum alone.
      EXPECT_NEAR(cost(more, uncertain), cost(less, uncertain), 1e-14);
    }
  }
}

TEST(KanervaRidgeRead, Iterated) {
  const Matrix R = {{2, 0, 0, 1}, {0, 2, 1, 0}};
  const Vector once = RidgeRead(R, {1, .2, -.3, .8}, .01);
  ExpectNear(once, {1.117764, .03992, .01996, .558882}, kSixDecimals);
  ExpectNear(RidgeRead(R, once, .01), {1.115533, .03984, .01992, .557767},
             kSixDecimals);
}

}  // namespace
}  // namespace credo::oracle
