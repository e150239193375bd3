// The memory `kanerva`: a Gaussian over a matrix, written by Bayes' rule.
//
//   M ~ MN(R, U, I): mean R [K, C], covariance of rows U [K, K]
//   before an episode  R = R0, learned; U = I
//   z = LayerNorm(v_t),  v_t = Linear(e_t) + MLP(e_t, h_t)
//   w = softmax_k(sharpness Linear(h_t))               address: softmax
//   w = (R R' + ridge I)^-1 R z                        address: least_squares
//   U <- (1 - forgetting) U + forgetting I             process noise
//   S = w U w' + noise,  g = U w' / S
//   R <- R + g (z - w R),  U <- U - g w U
//
// read(q) = w(q) R, with w(q) = softmax_k(sharpness q), or the least-squares
// address of LayerNorm(q). The loss `kl` is that of a write: how far it moves
// the Gaussian. Source: Wu et al. 2018, "The Kanerva Machine" (static address)
// and "Learning Attractor Dynamics for Generative Memory" (DKM, least squares);
// the process noise is ours: without it the gain falls like 1/n and the memory
// freezes.
#ifndef CREDO_SDK_MODEL_KANERVA_H_
#define CREDO_SDK_MODEL_KANERVA_H_

#include "sdk/model/memory_shape.h"

namespace credo {

struct KanervaOptions : Options {
  int64_t rows = 32;
  int64_t width = 32;
  std::string address = "softmax";
  double sharpness = 2.0;
  double noise = 0.1;
  double forgetting = 0.005;
  double ridge = 1.0;
  int64_t value_hidden = 64;
  double kl_weight = 0.0;
  void Visit(FieldVisitor& v) override;

  bool least_squares() const { return address == "least_squares"; }
};

// R0 [K, C]
// Fields "mean" [K, C], R - R0, shown; "covariance" [K, K], U - I.
struct KanervaModel : MemoryModel<KanervaOptions> {
  KanervaModel(const KanervaOptions& options, const MemoryPlace& place);

  LinearSpec address;  // of the hidden state; only with address: softmax
  WrittenValue value;
  TensorSpec prior;
};

// Added to the variance in a LayerNorm.
inline constexpr double kLayerNormEpsilon = 1e-5;

PartInfo KanervaInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_KANERVA_H_
