#include "tests/oracles/conv_draw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

// All weights drawn, in the order of the fields.
ConvDraw Drawn(size_t condition, ConvDraw net, uint32_t seed) {
  Draws draws(seed);
  const size_t P = net.patch;
  const size_t H = net.hidden;
  const size_t Z = net.latent;
  const size_t m = net.features;
  net.w_pg = draws.Next(4 * H * 9 * condition);
  net.b_pg = draws.Next(4 * H);
  net.w_g = draws.Next(4 * H * 9 * (Z + H));
  net.w_up = draws.Next(P * 9 * H);
  net.b_up = draws.Next(P);
  net.w_prior_h = draws.Next(2 * Z * 9 * H);
  net.w_prior_c = draws.Next(2 * Z * 9 * condition);
  net.b_prior_c = draws.Next(2 * Z);
  net.dx = draws.Next(m * P);
  net.b_dx = draws.Next(m);
  net.w_pe = draws.Next(4 * H * 9 * (m + condition));
  net.b_pe = draws.Next(4 * H);
  net.de = draws.Next(m * P);
  net.b_de = draws.Next(m);
  net.w_e = draws.Next(4 * H * 9 * (m + 2 * H));
  net.w_post = draws.Next(2 * Z * 9 * H);
  net.b_post = draws.Next(2 * Z);
  return net;
}

std::vector<FeatureMap> Noise(const ConvDraw& net, size_t height, size_t width,
                              uint32_t seed) {
  Draws draws(seed);
  std::vector<FeatureMap> noise;
  for (size_t step = 0; step < net.steps; ++step) {
    noise.emplace_back(height, width, net.latent,
                       draws.Next(height * width * net.latent));
  }
  return noise;
}

// --- One cell with one channel of each kind: all is scalars ---

// The weight of the centre for output `o` and input `i` of `inputs`.
double Centre(const Vector& weight, size_t o, size_t inputs, size_t i = 0) {
  return weight[(o * 9 + 4) * inputs + i];
}

TEST(ConvDraw, OneCellTermByTerm) {
  const ConvDraw net = Drawn(
      1, {.patch = 1, .hidden = 1, .latent = 1, .features = 1, .steps = 2}, 1);
  const double c = .7;
  const double x = .9;
  const double eps[] = {.3, -1.1};

  for (const bool infers : {true, false}) {
    double hg = 0, cg = 0, he = 0, ce = 0, u = 0, kl = 0;
    for (const double noise : eps) {
      const double pm = Centre(net.w_prior_h, 0, 1) * hg +
                        Centre(net.w_prior_c, 0, 1) * c + net.b_prior_c[0];
      const double pl = Centre(net.w_prior_h, 1, 1) * hg +
                        Centre(net.w_prior_c, 1, 1) * c + net.b_prior_c[1];

      const double seen = net.dx[0] * (x - .5) + net.b_dx[0];
      const double lack = net.de[0] * (x - .5 - u) + net.b_de[0];
      double gates[4];
      for (size_t o = 0; o < 4; ++o) {
        gates[o] = Centre(net.w_pe, o, 2, 0) * seen +
                   Centre(net.w_pe, o, 2, 1) * c + net.b_pe[o] +
                   Centre(net.w_e, o, 3, 0) * lack +
                   Centre(net.w_e, o, 3, 1) * hg +
                   Centre(net.w_e, o, 3, 2) * he;
      }
      ce = ce / (1 + std::exp(-gates[1])) +
           std::tanh(gates[2]) / (1 + std::exp(-gates[0]));
      he = std::tanh(ce) / (1 + std::exp(-gates[3]));
      const double qm = Centre(net.w_post, 0, 1) * he + net.b_post[0];
      const double ql = Centre(net.w_post, 1, 1) * he + net.b_post[1];
      kl += pl - ql - .5 +
            (std::exp(2 * ql) + (qm - pm) * (qm - pm)) / 2 / std::exp(2 * pl);

      const double z =
          infers ? qm + noise * std::exp(ql) : pm + noise * std::exp(pl);
      for (size_t o = 0; o < 4; ++o) {
        gates[o] = Centre(net.w_pg, o, 1) * c + net.b_pg[o] +
                   Centre(net.w_g, o, 2, 0) * z + Centre(net.w_g, o, 2, 1) * hg;
      }
      cg = cg / (1 + std::exp(-gates[1])) +
           std::tanh(gates[2]) / (1 + std::exp(-gates[0]));
      hg = std::tanh(cg) / (1 + std::exp(-gates[3]));
      u += Centre(net.w_up, 0, 1) * hg + net.b_up[0];
    }

    const FeatureMap condition(1, 1, 1, {c});
    const std::vector<FeatureMap> noise = {FeatureMap(1, 1, 1, {eps[0]}),
                                           FeatureMap(1, 1, 1, {eps[1]})};
    const ConvDrawFrame frame =
        infers ? ConvDrawInfer(net, condition, FeatureMap(1, 1, 1, {x}), noise)
               : ConvDrawGenerate(net, condition, noise);
    EXPECT_NEAR(frame.picture(0, 0, 0), u + .5, 1e-14);
    EXPECT_NEAR(frame.kl, infers ? kl : 0, 1e-13);
  }
}

// --- Divergences that are known ---

// All weights are zero but the biases of prior and posterior, which makes both
// constant.
ConvDraw Constant(double qm, double qs, double pm, double ps) {
  ConvDraw net = Drawn(
      1, {.patch = 1, .hidden = 1, .latent = 1, .features = 1, .steps = 1}, 1);
  for (Vector* weights : {&net.w_prior_h, &net.w_prior_c, &net.w_post}) {
    for (double& weight : *weights) weight = 0;
  }
  net.b_post = {qm, std::log(qs)};
  net.b_prior_c = {pm, std::log(ps)};
  return net;
}

double KlOfConstant(const ConvDraw& net, size_t height = 1, size_t width = 1) {
  const FeatureMap map(height, width, 1);
  return ConvDrawInfer(net, map, map, Noise(net, height, width, 2)).kl;
}

TEST(ConvDraw, KlOfConstants) {
  EXPECT_NEAR(KlOfConstant(Constant(.5, .8, 0, 1)) +
                  KlOfConstant(Constant(-.1, .6, .2, .9)),
              .35138644, 5.1e-9);
}

TEST(ConvDraw, KlIsASumOverStepsAndPlaces) {
  ConvDraw net = Constant(.5, .8, 0, 1);
  net.steps = 3;
  EXPECT_NEAR(KlOfConstant(net, 2, 5), 30 * .16814355, 30 * 5.1e-9);
}

TEST(ConvDraw, LogDeviationsAreClamped) {
  ConvDraw net = Constant(.5, 1, 0, 1);
  net.b_post[1] = -9;
  net.b_prior_c[1] = 9;
  EXPECT_NEAR(KlOfConstant(net),
              GaussianKl(.5, std::exp(-5.0), 0, std::exp(2.0)), 1e-15);
}

TEST(ConvDraw, EqualDistributionsMakeEqualPictures) {
  const ConvDraw net = Constant(.4, .7, .4, .7);
  const std::vector<FeatureMap> noise = Noise(net, 3, 3, 3);
  const FeatureMap condition(3, 3, 1, Draws(4).Next(9));
  const FeatureMap picture(3, 3, 1, Draws(5).Next(9));
  const ConvDrawFrame inferred = ConvDrawInfer(net, condition, picture, noise);
  EXPECT_EQ(inferred.kl, 0);
  ExpectNear(inferred.picture.values,
             ConvDrawGenerate(net, condition, noise).picture.values, 0);
}

// --- Grids ---

const ConvDraw kSizes = {
    .patch = 3, .hidden = 4, .latent = 2, .features = 3, .steps = 3};

// What a step paints reaches as far as its convolutions.
TEST(ConvDraw, PicturesMoveWithTheirConditions) {
  ConvDraw net = Drawn(
      1, {.patch = 2, .hidden = 3, .latent = 0, .features = 0, .steps = 2}, 6);
  for (Vector* bias : {&net.b_pg, &net.b_up}) {
    for (double& value : *bias) value = 0;
  }
  // Two steps: a ring around the condition, one around h, one around u.
  FeatureMap left(7, 9, 1);
  left(3, 3, 0) = 1;
  FeatureMap right(7, 9, 1);
  right(3, 5, 0) = 1;
  const FeatureMap from_left = ConvDrawGenerate(net, left).picture;
  const FeatureMap from_right = ConvDrawGenerate(net, right).picture;
  double largest = 0;
  for (size_t y = 0; y < 7; ++y) {
    for (size_t x = 0; x + 2 < 9; ++x) {
      for (size_t k = 0; k < 2; ++k) {
        EXPECT_NEAR(from_left(y, x, k), from_right(y, x + 2, k), 1e-15);
        largest = std::max(largest, std::abs(from_left(y, x, k) - .5));
      }
    }
  }
  EXPECT_GT(largest, .1);
  EXPECT_EQ(from_left(3, 8, 0), .5);
}

TEST(ConvDraw, NoLatentsIsLatentsWithoutWeight) {
  ConvDraw with = Drawn(2, kSizes, 7);
  ConvDraw without = with;
  without.latent = 0;
  without.w_g.clear();
  const size_t inputs = kSizes.latent + kSizes.hidden;
  for (size_t i = 0; i < with.w_g.size(); ++i) {
    if (i % inputs < kSizes.latent) {
      with.w_g[i] = 0;
    } else {
      without.w_g.push_back(with.w_g[i]);
    }
  }
  const FeatureMap condition(3, 4, 2, Draws(8).Next(24));
  ExpectNear(ConvDrawGenerate(without, condition).picture.values,
             ConvDrawGenerate(with, condition, Noise(with, 3, 4, 9))
                 .picture.values,
             1e-15);
  const FeatureMap picture(3, 4, 3, Draws(10).Next(36));
  EXPECT_EQ(ConvDrawInfer(without, condition, picture, {}).kl, 0);
}

TEST(ConvDraw, OnlyInferenceSeesThePicture) {
  const ConvDraw net = Drawn(2, kSizes, 11);
  const std::vector<FeatureMap> noise = Noise(net, 2, 3, 12);
  const FeatureMap condition(2, 3, 2, Draws(13).Next(12));
  const FeatureMap one(2, 3, 3, Draws(14).Next(18));
  const FeatureMap other(2, 3, 3, Draws(15).Next(18));
  const ConvDrawFrame a = ConvDrawInfer(net, condition, one, noise);
  const ConvDrawFrame b = ConvDrawInfer(net, condition, other, noise);
  EXPECT_GT(a.kl, 0);
  EXPECT_NE(a.kl, b.kl);
  EXPECT_NE(a.picture.values, b.picture.values);
  EXPECT_EQ(ConvDrawGenerate(net, condition, noise).kl, 0);
}

// Weights are drawn, so a grid that is turned over, with kernels turned over
// alike, gives the picture turned over: heights and widths are not mixed up.
TEST(ConvDraw, ExchangesHeightAndWidth) {
  const ConvDraw net = Drawn(2, kSizes, 16);
  const auto turn_map = [](const FeatureMap& map) {
    FeatureMap turned(map.width, map.height, map.channels);
    for (size_t y = 0; y < map.height; ++y) {
      for (size_t x = 0; x < map.width; ++x) {
        for (size_t k = 0; k < map.channels; ++k) {
          turned(x, y, k) = map(y, x, k);
        }
      }
    }
    return turned;
  };
  const auto turn_kernel = [&](Vector& weight, size_t outputs) {
    const size_t inputs = weight.size() / outputs / 9;
    const Vector old = weight;
    for (size_t o = 0; o < outputs; ++o) {
      for (size_t i = 0; i < 9 * inputs; ++i) {
        const size_t tap = i / inputs;
        const size_t turned = tap % 3 * 3 + tap / 3;
        weight[(o * 9 + turned) * inputs + i % inputs] =
            old[o * 9 * inputs + i];
      }
    }
  };
  ConvDraw turned = net;
  for (Vector* weight : {&turned.w_pg, &turned.w_g, &turned.w_pe,
                         &turned.w_e}) {
    turn_kernel(*weight, 4 * kSizes.hidden);
  }
  for (Vector* weight : {&turned.w_prior_h, &turned.w_prior_c,
                         &turned.w_post}) {
    turn_kernel(*weight, 2 * kSizes.latent);
  }
  turn_kernel(turned.w_up, kSizes.patch);

  const FeatureMap condition(2, 3, 2, Draws(17).Next(12));
  const FeatureMap picture(2, 3, 3, Draws(18).Next(18));
  const std::vector<FeatureMap> noise = Noise(net, 2, 3, 19);
  std::vector<FeatureMap> turned_noise;
  for (const FeatureMap& map : noise) turned_noise.push_back(turn_map(map));

  const ConvDrawFrame a = ConvDrawInfer(net, condition, picture, noise);
  const ConvDrawFrame b = ConvDrawInfer(turned, turn_map(condition),
                                        turn_map(picture), turned_noise);
  ExpectNear(turn_map(a.picture).values, b.picture.values, 1e-12);
  EXPECT_NEAR(a.kl, b.kl, 1e-10 * a.kl);
}

}  // namespace
}  // namespace credo::oracle
