#include "sdk/tensor/conv3.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "sdk/tensor/device.h"
#include "sdk/tensor/precision.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// On a map of at most so many cells, products of matrices for each strip are
// faster than a general convolution: they skip the zeros around the map, which
// are two fifths of the work on a map of 3x3, and unfold nothing. On one of 6x6
// both take as long.
constexpr int64_t kSmallMap = 25;

// One row of the kernel over one cell: the cells and the taps that meet lie
// side by side, in the map and in the kernel alike.
struct Strip {
  int64_t cell;        // of the output
  int64_t first_cell;  // of the input
  int64_t first_tap;   // of 9
  int64_t count;       // 2 or 3; 1 on a map one cell wide
};

std::vector<Strip> StripsOf(int64_t height, int64_t width) {
  std::vector<Strip> strips;
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      const int64_t first = std::max<int64_t>(x - 1, 0);
      const int64_t end = std::min(x + 2, width);
      for (int64_t dy = 0; dy < 3; ++dy) {
        const int64_t from = y + dy - 1;
        if (from < 0 || from >= height) continue;
        strips.push_back({y * width + x, from * width + first,
                          3 * dy + first - x + 1, end - first});
      }
    }
  }
  return strips;
}

// a += b c.
void AddProduct(at::Tensor a, const at::Tensor& b, const at::Tensor& c) {
  at::addmm_out(a, a, b, c);
}

// x [F, H, W, I], weight [O, 3, 3, I], bias [O] -> [F, H, W, O].
struct SmallConvolution : torch::autograd::Function<SmallConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({x, weight});
    context->saved_data["bias"] = bias.has_value();
    const int64_t frames = x.size(0);
    const int64_t cells = x.size(1) * x.size(2);
    const int64_t in = x.size(3);
    const int64_t out = weight.size(0);
    const at::Tensor flat = x.view({frames, cells * in});
    const at::Tensor kernel = weight.view({out, 9 * in});
    const at::Tensor sums =
        bias ? bias->expand({frames, cells, out}).contiguous()
             : at::zeros({frames, cells, out}, x.options());
    for (const Strip& strip : StripsOf(x.size(1), x.size(2))) {
      AddProduct(sums.select(1, strip.cell),
                 flat.narrow(1, strip.first_cell * in, strip.count * in),
                 kernel.narrow(1, strip.first_tap * in, strip.count * in).t());
    }
    return sums.view({frames, x.size(1), x.size(2), out});
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    at::AutoDispatchBelowADInplaceOrView below;
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& weight = saved[1];
    const int64_t frames = x.size(0);
    const int64_t cells = x.size(1) * x.size(2);
    const int64_t in = x.size(3);
    const int64_t out = weight.size(0);
    const at::Tensor flat = x.view({frames, cells * in});
    const at::Tensor kernel = weight.view({out, 9 * in});
    const at::Tensor d_sums = gradients[0].reshape({frames, cells, out});
    const bool wants_x = context->needs_input_grad(0);
    at::Tensor d_flat;
    if (wants_x) d_flat = at::zeros_like(flat);
    const at::Tensor d_kernel = at::zeros_like(kernel);
    for (const Strip& strip : StripsOf(x.size(1), x.size(2))) {
      const at::Tensor d_sum = d_sums.select(1, strip.cell);
      const int64_t cell = strip.first_cell * in;
      const int64_t tap = strip.first_tap * in;
      const int64_t count = strip.count * in;
      if (wants_x) {
        AddProduct(d_flat.narrow(1, cell, count), d_sum,
                   kernel.narrow(1, tap, count));
      }
      AddProduct(d_kernel.narrow(1, tap, count), d_sum.t(),
                 flat.narrow(1, cell, count));
    }
    return {wants_x ? d_flat.view(x.sizes()) : at::Tensor(),
            d_kernel.view(weight.sizes()),
            context->saved_data["bias"].toBool() ? d_sums.sum({0, 1})
                                                 : at::Tensor()};
  }
};

}  // namespace

at::Tensor Convolve3(const at::Tensor& x, const at::Tensor& whole_weight,
                     const at::Tensor& bias) {
  at::Tensor weight = whole_weight;
  if (x.size(3) < weight.size(3)) weight = weight.narrow(3, 0, x.size(3));
  if (UsesKernels(x) && x.size(1) * x.size(2) <= kSmallMap) {
    return SmallConvolution::apply(
        x.contiguous(), weight.contiguous(),
        bias.defined() ? std::optional(bias) : std::nullopt);
  }
  // As they lie, both are NCHW in the channels-last memory format: no copies.
  const at::Tensor maps = x.permute({0, 3, 1, 2});
  const at::Tensor kernels = weight.permute({0, 3, 1, 2});
  const at::Tensor sums =
      MultipliesInBf16()
          ? at::conv2d(maps.to(at::kBFloat16), kernels.to(at::kBFloat16),
                       bias.defined() ? bias.to(at::kBFloat16) : bias,
                       /*stride=*/1, /*padding=*/1)
                .to(x.scalar_type())
          : at::conv2d(maps, kernels, bias, /*stride=*/1, /*padding=*/1);
  return sums.permute({0, 2, 3, 1});
}

Conv3::Conv3(Parameters& parameters, const Conv3Spec& spec)
    : Conv3(parameters, spec, 0, 0, 0) {}

Conv3::Conv3(Parameters& parameters, const Conv3Spec& spec, double shift,
             int64_t begin, int64_t end)
    : weight_(parameters.Add(spec.name + ".weight", {spec.out, 3, 3, spec.in},
                             Init::FanIn(9 * spec.in))),
      bias_(spec.bias
                ? parameters.Add(
                      spec.name + ".bias", {spec.out},
                      Init::FanIn(9 * spec.in).Shifted(shift, begin, end))
                : nullptr) {}

at::Tensor Conv3::operator()(const at::Tensor& x) const {
  return Convolve3(x, weight_->value,
                   bias_ != nullptr ? bias_->value : at::Tensor());
}

}  // namespace credo
