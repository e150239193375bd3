// One frame of a conditional ConvDRAW, on a grid of patches.
//
// Gregor et al., "Towards Conceptual Compression", 2016: a generator paints a
// canvas in a few steps, each with latents of its own; while one trains, an
// inference network that sees the picture chooses the latents. The condition
// enters as in Eslami et al., "Neural Scene Representation and Rendering",
// 2018.
//
// Pictures are [gh, gw, P]: the P numbers of a patch are the channels of its
// place on the grid. Inside, pictures are centred: x - 1/2.
#ifndef CREDO_TESTS_ORACLES_CONV_DRAW_H_
#define CREDO_TESTS_ORACLES_CONV_DRAW_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "tests/oracles/densities.h"
#include "tests/oracles/feature_map.h"
#include "tests/oracles/lstm_cell.h"
#include "tests/oracles/matrix.h"

namespace credo::oracle {

// Convolutions are [O][3][3][I], linear maps [O][I]; gates are in the order
// i, f, g, o. Where channels are joined, those named first come first.
struct ConvDraw {
  size_t patch;     // P: numbers of one patch
  size_t hidden;    // h: of the generator and of the inference network
  size_t latent;    // z: of one step; 0: a generator without latents
  size_t features;  // m: what the inference network sees of one patch
  size_t steps;

  // Generator. The sums pg and pe are the same at all steps.
  Vector w_pg = {};  // [4h][3][3][condition]
  Vector b_pg = {};  // [4h]
  Vector w_g = {};   // [4h][3][3][z + h]
  Vector w_up = {};  // [P][3][3][h]
  Vector b_up = {};  // [P]

  // All below is for latents alone.
  Vector w_prior_h = {};  // [2z][3][3][h]
  Vector w_prior_c = {};  // [2z][3][3][condition]
  Vector b_prior_c = {};  // [2z]

  // Inference network.
  Vector dx = {};      // [m][P], of the picture
  Vector b_dx = {};    // [m]
  Vector w_pe = {};    // [4h][3][3][m + condition]
  Vector b_pe = {};    // [4h]
  Vector de = {};      // [m][P], of what the canvas lacks
  Vector b_de = {};    // [m]
  Vector w_e = {};     // [4h][3][3][m + h + h]: de.., hg, he
  Vector w_post = {};  // [2z][3][3][h]
  Vector b_post = {};  // [2z]
};

struct ConvDrawFrame {
  FeatureMap picture;  // [gh, gw, P]
  double kl;           // over all steps, places and channels; 0 when generated
};

// Normal distributions, one for each place and latent channel.
struct Normals {
  FeatureMap mean;
  FeatureMap log_deviation;
};

// The first half of the channels are means, the second half logarithms of
// standard deviations, which are clamped to [-5, 2].
inline Normals NormalsOf(const FeatureMap& parameters) {
  const size_t Z = parameters.channels / 2;
  Normals result = {Channels(parameters, 0, Z), Channels(parameters, Z, Z)};
  for (double& value : result.log_deviation.values) {
    value = std::clamp(value, -5.0, 2.0);
  }
  return result;
}

// mean + eps * exp(log_deviation).
inline FeatureMap Sample(const Normals& normals, const FeatureMap& eps) {
  FeatureMap z = normals.mean;
  for (size_t i = 0; i < z.values.size(); ++i) {
    z.values[i] +=
        eps.values.at(i) * std::exp(normals.log_deviation.values[i]);
  }
  return z;
}

// The sum of KL(q || p) over places and channels.
inline double KlOf(const Normals& q, const Normals& p) {
  double sum = 0;
  for (size_t i = 0; i < q.mean.values.size(); ++i) {
    sum += GaussianKl(q.mean.values[i], std::exp(q.log_deviation.values[i]),
                      p.mean.values[i], std::exp(p.log_deviation.values[i]));
  }
  return sum;
}

// Without a `picture` the frame is generated: latents come from the prior. With
// one they come from the posterior. `noise` holds one map of z channels for
// each step. Without latents neither is used.
//
//   once:      pg = conv(c; w_pg) + b_pg
//              pe = conv([dx (x - 1/2) + b_dx, c]; w_pe) + b_pe
//   each step: prior      from conv(hg; w_prior_h) + conv(c; w_prior_c) + b
//              he, ce   = LSTM(pe + conv([de (x - 1/2 - u) + b_de, hg, he];
//                                        w_e))
//              posterior  from conv(he; w_post) + b_post
//              z        = mean + eps * deviation
//              hg, cg   = LSTM(pg + conv([z, hg]; w_g))
//              u       += conv(hg; w_up) + b_up
//   in the end:  picture  = u + 1/2
inline ConvDrawFrame RunConvDraw(const ConvDraw& net, const FeatureMap& c,
                                 const FeatureMap* picture,
                                 const std::vector<FeatureMap>& noise) {
  const size_t H = net.hidden;
  const size_t Z = net.latent;
  const bool infers = picture != nullptr && Z > 0;
  const FeatureMap nothing(c.height, c.width, H);
  FeatureMap hg = nothing;
  FeatureMap cg = nothing;
  FeatureMap he = nothing;
  FeatureMap ce = nothing;
  FeatureMap u(c.height, c.width, net.patch);  // the canvas
  double kl = 0;

  const FeatureMap pg = Conv3(c, net.w_pg, 4 * H, net.b_pg);
  FeatureMap xc(c.height, c.width, net.patch);
  FeatureMap pe(c.height, c.width, 4 * H);
  if (infers) {
    xc = *picture;
    for (double& value : xc.values) value -= 0.5;
    const FeatureMap seen = CellLinear(xc, net.dx, net.features, net.b_dx);
    pe = Conv3(Concatenate(seen, c), net.w_pe, 4 * H, net.b_pe);
  }

  for (size_t step = 0; step < net.steps; ++step) {
    FeatureMap input = hg;
    if (Z > 0) {
      const Normals prior =
          NormalsOf(Sum(Conv3(hg, net.w_prior_h, 2 * Z),
                        Conv3(c, net.w_prior_c, 2 * Z, net.b_prior_c)));
      Normals from = prior;
      if (infers) {
        const FeatureMap lack =
            CellLinear(Sum(xc, u, -1), net.de, net.features, net.b_de);
        const FeatureMap joined = Concatenate(Concatenate(lack, hg), he);
        LstmStep(Sum(pe, Conv3(joined, net.w_e, 4 * H)), he, ce);
        from = NormalsOf(Conv3(he, net.w_post, 2 * Z, net.b_post));
        kl += KlOf(from, prior);
      }
      input = Concatenate(Sample(from, noise.at(step)), hg);
    }
    LstmStep(Sum(pg, Conv3(input, net.w_g, 4 * H)), hg, cg);
    u = Sum(u, Conv3(hg, net.w_up, net.patch, net.b_up));
  }

  for (double& value : u.values) value += 0.5;
  return {u, kl};
}

// With latents of the posterior, as one trains.
inline ConvDrawFrame ConvDrawInfer(const ConvDraw& net,
                                   const FeatureMap& condition,
                                   const FeatureMap& picture,
                                   const std::vector<FeatureMap>& noise) {
  return RunConvDraw(net, condition, &picture, noise);
}

// With latents of the prior, or without latents.
inline ConvDrawFrame ConvDrawGenerate(
    const ConvDraw& net, const FeatureMap& condition,
    const std::vector<FeatureMap>& noise = {}) {
  return RunConvDraw(net, condition, nullptr, noise);
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_CONV_DRAW_H_
