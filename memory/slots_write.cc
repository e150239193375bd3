#include "memory/slots_write.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "memory/history.h"
#include "sdk/tensor/device.h"
#include "sdk/tensor/kept_rows.h"

namespace credo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// `count` as a whole number from 0 to `most`; what is no number is 0.
template <typename Real>
int64_t Whole(Real count, int64_t most) {
  if (!(count > 0)) return 0;
  // A real that has no whole number of 64 bits must not be rounded.
  if (count >= static_cast<Real>(most)) return most;
  return std::min<int64_t>(std::llround(count), most);
}

int64_t SlotsIn(const at::Tensor& contents, const at::Tensor& values) {
  return (contents.size(-1) - kSlotsCounts) / values.size(-1);
}

// Returns the contents and, for the way back, the slot that each step wrote
// [T, B].
template <typename Real>
variable_list Forward(const at::Tensor& values, const at::Tensor& contents,
                      const at::Tensor& keep) {
  const int64_t steps = values.size(0);
  const int64_t batch = values.size(1);
  const int64_t width = values.size(2);
  const int64_t size = contents.size(1);
  const int64_t slots = SlotsIn(contents, values);
  at::Tensor after = at::empty({steps, batch, size}, values.options());
  at::Tensor written = at::empty({steps, batch},
                                 values.options().dtype(at::kLong));
  const History<Real> history(contents, keep, after);
  const Real* value = values.const_data_ptr<Real>();
  Real* rows_after = after.data_ptr<Real>();
  int64_t* slot_of = written.data_ptr<int64_t>();
  for (int64_t r = 0; r < batch; ++r) {
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t i = t * batch + r;
      Real* to = rows_after + i * size;
      Real* counts = to + slots * width;
      std::copy_n(history.Before(t, r), size, to);
      const int64_t slot = Whole(counts[0], slots - 1);
      std::copy_n(value + i * width, width, to + slot * width);
      slot_of[i] = slot;
      counts[0] = static_cast<Real>((slot + 1) % slots);
      counts[1] =
          static_cast<Real>(std::min(Whole(counts[1], slots) + 1, slots));
    }
  }
  return {after, written};
}

template <typename Real>
variable_list Backward(const at::Tensor& written, const at::Tensor& keep,
                       const at::Tensor& d_after, int64_t slots) {
  const int64_t steps = d_after.size(0);
  const int64_t batch = d_after.size(1);
  const int64_t size = d_after.size(2);
  const int64_t numbers = size - kSlotsCounts;
  const int64_t width = numbers / slots;
  at::Tensor d_values = at::empty({steps, batch, width}, d_after.options());
  at::Tensor d_contents = at::zeros({batch, size}, d_after.options());
  const Real* kept = keep.defined() ? keep.const_data_ptr<Real>() : nullptr;
  const Real* arriving = d_after.const_data_ptr<Real>();
  const int64_t* slot_of = written.const_data_ptr<int64_t>();
  Real* d_value = d_values.data_ptr<Real>();
  // Row by row: a row's gradient stays in the cache over all steps. The counts'
  // stays zero.
  for (int64_t r = 0; r < batch; ++r) {
    Real* gradient = d_contents.data_ptr<Real>() + r * size;
    for (int64_t t = steps - 1; t >= 0; --t) {
      const int64_t i = t * batch + r;
      const Real* from = arriving + i * size;
      for (int64_t j = 0; j < numbers; ++j) gradient[j] += from[j];
      Real* slot = gradient + slot_of[i] * width;
      std::copy_n(slot, width, d_value + i * width);
      std::fill_n(slot, width, Real{0});
      if (kept != nullptr && kept[i] == 0) {
        std::fill_n(gradient, numbers, Real{0});
      }
    }
  }
  return {d_values, d_contents};
}

struct WriteFunction : torch::autograd::Function<WriteFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& values,
                            const at::Tensor& contents, const Keep& resets) {
    at::AutoDispatchBelowADInplaceOrView below;
    const at::Tensor& keep = resets.mask;
    const variable_list result = values.scalar_type() == at::kDouble
                                     ? Forward<double>(values, contents, keep)
                                     : Forward<float>(values, contents, keep);
    context->save_for_backward({result[1], keep});
    context->saved_data["slots"] = SlotsIn(contents, values);
    return result[0];
  }

  static variable_list backward(AutogradContext* context,
                                variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const int64_t slots = context->saved_data["slots"].toInt();
    const at::Tensor d_after = gradients[0].contiguous();
    variable_list result =
        d_after.scalar_type() == at::kDouble
            ? Backward<double>(saved[0], saved[1], d_after, slots)
            : Backward<float>(saved[0], saved[1], d_after, slots);
    result.emplace_back();  // keep
    return result;
  }
};

}  // namespace

at::Tensor SlotsWrite(const at::Tensor& values, const at::Tensor& contents,
                      const at::Tensor& keep) {
  if (!UsesKernels(values)) {
    return SlotsWriteReference(values, contents, keep);
  }
  return WriteFunction::apply(values.contiguous(), contents.contiguous(),
                              Keep{keep.defined() ? keep.contiguous() : keep});
}

at::Tensor SlotsWriteReference(const at::Tensor& values,
                               const at::Tensor& contents,
                               const at::Tensor& keep) {
  const int64_t batch = values.size(1);
  const int64_t width = values.size(2);
  const int64_t slots = SlotsIn(contents, values);
  const at::Tensor number = at::arange(
      slots, values.options().dtype(at::kLong));  // [N]
  const auto whole = [](const at::Tensor& count, int64_t most) {
    return at::nan_to_num(count).round().clamp(0, most).to(at::kLong);
  };
  at::Tensor rows =
      contents.narrow(1, 0, slots * width).view({batch, slots, width});
  const at::Tensor counts = contents.narrow(1, slots * width, 2).detach();
  at::Tensor next = whole(counts.select(1, 0), slots - 1);    // [B]
  at::Tensor written = whole(counts.select(1, 1), slots);     // [B]
  std::vector<at::Tensor> after;
  for (int64_t t = 0; t < values.size(0); ++t) {
    if (keep.defined()) {
      const at::Tensor kept = keep[t].ne(0);
      rows = rows * keep[t].view({-1, 1, 1});
      next = next * kept;
      written = written * kept;
    }
    const at::Tensor here = number.eq(next.unsqueeze(1)).unsqueeze(-1);
    rows = at::where(here, values[t].unsqueeze(1), rows);
    next = (next + 1).remainder(slots);
    written = (written + 1).clamp_max(slots);
    after.push_back(at::cat(
        {rows.flatten(1),
         at::stack({next, written}, 1).to(values.scalar_type())},
        1));
  }
  return at::stack(after);
}

}  // namespace credo
