#include "memory/kanerva_write.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "memory/history.h"
#include "memory/kanerva_kernels.h"
#include "memory/ridge_solve.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/kept_rows.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// All that has no gradient.
struct Given {
  bool solve;  // addresses by least squares
  at::Tensor keep;
  KanervaRule rule;
};

// Where one step of one row finds its part of [T, B, size].
template <typename Real>
const Real* Part(const at::Tensor& tensor, int64_t i, int64_t size) {
  return tensor.const_data_ptr<Real>() + i * size;
}

template <typename Real>
Real* MutablePart(const at::Tensor& tensor, int64_t i, int64_t size) {
  return tensor.data_ptr<Real>() + i * size;
}

template <typename Real>
KanervaRow<Real> RowOf(const at::Tensor& prior, const KanervaRule& rule) {
  KanervaRow<Real> row;
  row.rows = prior.size(0);
  row.width = prior.size(1);
  row.noise = static_cast<Real>(rule.noise);
  row.kept = static_cast<Real>(1 - rule.forgetting);
  row.prior = prior.const_data_ptr<Real>();
  return row;
}

// [rows, width] -> [width, rows]
template <typename Real>
void Turn(int64_t rows, int64_t width, const Real* matrix, Real* turned) {
  for (int64_t k = 0; k < rows; ++k) {
    for (int64_t c = 0; c < width; ++c) {
      turned[c * rows + k] = matrix[k * width + c];
    }
  }
}

// KL of a write, for |z - w R|^2 = `length` and s = `variance`.
template <typename Real>
Real Divergence(Real length, Real variance, Real noise, int64_t width) {
  const Real whole = variance + noise;
  const Real share = variance / whole;
  return (share * length / whole +
          static_cast<Real>(width) * (std::log1p(variance / noise) - share)) /
         2;
}

// What the way back needs of the way there.
struct Kept {
  at::Tensor addresses;   // w [T, B, K]
  at::Tensor factors;     // [T, B, K, K], with least squares
  at::Tensor directions;  // w U [T, B, K]
  at::Tensor errors;      // z - w R [T, B, C]
  at::Tensor variances;   // w U w' [T, B]
};

template <typename Real>
KanervaWritten Forward(const at::Tensor& codes, const at::Tensor& prior,
                       const at::Tensor& contents,
                       const at::Tensor& addresses, const Given& given,
                       Kept& kept) {
  const int64_t steps = codes.size(0);
  const int64_t batch = codes.size(1);
  KanervaRow<Real> row = RowOf<Real>(prior, given.rule);
  const int64_t rows = row.rows;
  const int64_t width = row.width;
  const bool solve = given.solve;
  const auto empty = [&](at::IntArrayRef shape) {
    return at::empty(shape, codes.options());
  };
  KanervaWritten written{empty({steps, batch, contents.size(1)}),
                         empty({steps, batch}), empty({steps, batch})};
  kept = {solve ? empty({steps, batch, rows}) : addresses,
          solve ? empty({steps, batch, rows, rows}) : at::Tensor(),
          empty({steps, batch, rows}), empty({steps, batch, width}),
          empty({steps, batch})};
  const History<Real> history(contents, given.keep, written.contents);
  // With least squares, all that is held the other way round.
  const at::Tensor prior_turned = solve ? prior.t().contiguous() : prior;
  std::vector<Real> mean_turned(solve ? rows * width : 0);
  const KanervaTurned<Real> turned{prior_turned.const_data_ptr<Real>(),
                                   mean_turned.data()};
  std::vector<Real> scratch(rows * width);
  Real* kl = written.kl.data_ptr<Real>();
  Real* strength = written.strength.data_ptr<Real>();
  Real* variance = kept.variances.data_ptr<Real>();
  for (int64_t b = 0; b < batch; ++b) {
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t i = t * batch + b;
      const Real* code = Part<Real>(codes, i, width);
      row.before = history.Before(t, b);
      row.address = Part<Real>(kept.addresses, i, rows);
      if (solve) {
        if (t == 0 || history.IsReset(t, b)) {
          Turn(rows, width, row.before, mean_turned.data());
        }
        KanervaAddress(row, code, static_cast<Real>(given.rule.ridge), turned,
                       MutablePart<Real>(kept.addresses, i, rows),
                       MutablePart<Real>(kept.factors, i, rows * rows),
                       scratch.data());
      }
      Real* error = MutablePart<Real>(kept.errors, i, width);
      Real* direction = MutablePart<Real>(kept.directions, i, rows);
      variance[i] = KanervaStep(
          row, code, MutablePart<Real>(written.contents, i, history.size()),
          direction, error);
      if (solve) {
        KanervaTurn(row, direction, error, variance[i], mean_turned.data(),
                    scratch.data());
      }
      Real length = 0;
      for (int64_t c = 0; c < width; ++c) length += error[c] * error[c];
      kl[i] = Divergence(length, variance[i], row.noise, width);
      strength[i] = variance[i] / (variance[i] + row.noise);
    }
  }
  return written;
}

// Gradients of codes, prior, contents and addresses; the last is undefined with
// least squares.
template <typename Real>
variable_list Backward(const at::Tensor& prior, const at::Tensor& contents,
                       const at::Tensor& keep, const at::Tensor& after,
                       const Kept& kept, const KanervaRule& rule,
                       const at::Tensor& d_after, const at::Tensor& d_kl) {
  const int64_t steps = after.size(0);
  const int64_t batch = after.size(1);
  KanervaRow<Real> row = RowOf<Real>(prior, rule);
  const int64_t rows = row.rows;
  const int64_t width = row.width;
  const bool solve = kept.factors.defined();
  at::Tensor d_codes = at::empty_like(kept.errors);
  at::Tensor d_contents = at::zeros_like(contents);
  at::Tensor d_addresses = at::empty_like(kept.addresses);
  at::Tensor solved = solve ? at::empty_like(kept.addresses) : at::Tensor();
  const History<Real> history(contents, keep, after);
  const int64_t size = history.size();
  std::vector<Real> scratch(std::max(3 * rows, width));
  const Real* variance = kept.variances.const_data_ptr<Real>();
  const Real* divergence = d_kl.const_data_ptr<Real>();
  // Row by row: a row's gradient stays in the cache over all steps.
  for (int64_t b = 0; b < batch; ++b) {
    Real* gradient = d_contents.data_ptr<Real>() + b * size;
    for (int64_t t = steps - 1; t >= 0; --t) {
      const int64_t i = t * batch + b;
      row.before = history.Before(t, b);
      row.address = Part<Real>(kept.addresses, i, rows);
      const Real* error = Part<Real>(kept.errors, i, width);
      Real* d_address = MutablePart<Real>(d_addresses, i, rows);
      Real* d_code = MutablePart<Real>(d_codes, i, width);
      KanervaStepBackward(row, Part<Real>(kept.directions, i, rows), error,
                          variance[i], divergence[i],
                          Part<Real>(d_after, i, size), gradient, d_address,
                          d_code, scratch.data());
      if (solve) {
        KanervaAddressBackward(row, Part<Real>(kept.factors, i, rows * rows),
                               error, d_address, gradient, d_code,
                               MutablePart<Real>(solved, i, rows),
                               scratch.data());
      }
      if (history.IsReset(t, b)) std::fill_n(gradient, size, Real{0});
    }
  }
  // At each step R, and so R0, has the gradient -w dz' (+ y (z - w R)' with
  // least squares).
  const auto flat = [](const at::Tensor& tensor) {
    return tensor.flatten(0, 1);
  };
  at::Tensor d_prior = -flat(kept.addresses).t().mm(flat(d_codes));
  if (solve) {
    d_prior += flat(solved).t().mm(flat(kept.errors));
    d_addresses = at::Tensor();
  }
  return {d_codes, d_prior, d_contents, d_addresses};
}

struct WriteFunction : torch::autograd::Function<WriteFunction> {
  // `addresses` are empty with least squares: an autograd function takes no
  // undefined tensor.
  static variable_list forward(AutogradContext* context,
                               const at::Tensor& codes,
                               const at::Tensor& prior,
                               const at::Tensor& contents,
                               const at::Tensor& addresses,
                               const Given& given) {
    at::AutoDispatchBelowADInplaceOrView below;
    Kept kept;
    const auto run = codes.scalar_type() == at::kDouble ? Forward<double>
                                                        : Forward<float>;
    const KanervaWritten written =
        run(codes, prior, contents, addresses, given, kept);
    context->save_for_backward({prior, contents, given.keep, written.contents,
                                kept.addresses, kept.factors, kept.directions,
                                kept.errors, kept.variances});
    context->saved_data["noise"] = given.rule.noise;
    context->saved_data["forgetting"] = given.rule.forgetting;
    context->mark_non_differentiable({written.strength});
    return {written.contents, written.kl, written.strength};
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Kept kept{saved[4], saved[5], saved[6], saved[7], saved[8]};
    KanervaRule rule;
    rule.noise = context->saved_data["noise"].toDouble();
    rule.forgetting = context->saved_data["forgetting"].toDouble();
    const at::Tensor d_after = gradients[0].contiguous();
    const at::Tensor d_kl = gradients[1].contiguous();
    const auto run = d_after.scalar_type() == at::kDouble ? Backward<double>
                                                          : Backward<float>;
    variable_list result = run(saved[0], saved[1], saved[2], saved[3], kept,
                               rule, d_after, d_kl);
    result.emplace_back();  // given
    return result;
  }
};

}  // namespace

KanervaWritten KanervaWrite(const at::Tensor& addresses,
                            const at::Tensor& codes, const at::Tensor& prior,
                            const at::Tensor& contents, const at::Tensor& keep,
                            const KanervaRule& rule) {
  if (!UsesKernels(codes)) {
    return KanervaWriteReference(addresses, codes, prior, contents, keep,
                                 rule);
  }
  const bool solve = !addresses.defined();
  const variable_list written = WriteFunction::apply(
      codes.contiguous(), prior.contiguous(), contents.contiguous(),
      solve ? at::empty({0}, codes.options()) : addresses.contiguous(),
      Given{solve, keep.defined() ? keep.contiguous() : keep, rule});
  return {written[0], written[1], written[2]};
}

KanervaWritten KanervaWriteReference(const at::Tensor& addresses,
                                     const at::Tensor& codes,
                                     const at::Tensor& prior,
                                     const at::Tensor& contents,
                                     const at::Tensor& keep,
                                     const KanervaRule& rule) {
  const int64_t rows = prior.size(0);
  const int64_t width = prior.size(1);
  std::vector<at::Tensor> after;
  std::vector<at::Tensor> divergences;
  std::vector<at::Tensor> strengths;
  at::Tensor mean = contents.narrow(1, 0, rows * width)
                        .reshape({-1, rows, width});  // D
  at::Tensor covariance = contents.narrow(1, rows * width, rows * rows)
                              .reshape({-1, rows, rows});  // V
  for (int64_t t = 0; t < codes.size(0); ++t) {
    if (keep.defined()) {
      const at::Tensor kept = keep[t].view({-1, 1, 1});
      mean = mean * kept;
      covariance = covariance * kept;
    }
    const at::Tensor held = prior + mean;               // R
    const at::Tensor code = codes[t].unsqueeze(1);      // [B, 1, C]
    const at::Tensor address =                          // [B, 1, K]
        addresses.defined()
            ? addresses[t].unsqueeze(1)
            : RidgeSolveReference(held, code.bmm(held.transpose(1, 2)),
                                  rule.ridge);
    covariance = (1 - rule.forgetting) * covariance;
    const at::Tensor direction = address + address.bmm(covariance);  // w U
    const at::Tensor error = code - address.bmm(held);
    const at::Tensor variance =                         // s [B, 1, 1]
        (direction * address).sum(-1, /*keepdim=*/true).clamp_min(0);
    const at::Tensor whole = variance + rule.noise;     // S
    mean = mean + (direction / whole).transpose(1, 2).bmm(error);
    covariance =
        covariance - direction.transpose(1, 2).bmm(direction) / whole;
    const at::Tensor share = variance / whole;
    const at::Tensor length = error.square().sum(-1, /*keepdim=*/true);
    divergences.push_back(
        (0.5 * (share * length / whole +
                static_cast<double>(width) *
                    (at::log1p(variance / rule.noise) - share)))
            .flatten());
    strengths.push_back(share.detach().flatten());
    after.push_back(at::cat({mean.flatten(1), covariance.flatten(1)}, 1));
  }
  return {at::stack(after), at::stack(divergences), at::stack(strengths)};
}

}  // namespace credo
