#include "sdk/model/kanerva.h"

namespace credo {

void KanervaOptions::Visit(FieldVisitor& v) {
  v.Int("rows", rows, {1, 256}, "rows of the matrix (K)");
  v.Int("width", width, {1, 1024}, "numbers in each row (C)");
  v.Choice("address", address, {"softmax", "least_squares"},
           "softmax: the hidden state says where to write; least_squares: "
           "where what is written fits best");
  v.Real("sharpness", sharpness, {0.01, 100},
         "factor on the logits of a softmax address");
  v.Real("noise", noise, {1e-3, 100},
         "variance of what is written around what is held");
  v.Real("forgetting", forgetting, {1e-4, 0.5},
         "share of the first covariance that returns before each write; "
         "without it late writes would change nothing");
  v.Real("ridge", ridge, {1e-2, 100},
         "added to the diagonal of the least-squares address");
  v.Int("value_hidden", value_hidden, kValueHidden, kValueHiddenMeaning);
  v.Real("kl_weight", kl_weight, {0, 1e6},
         ForLearning("factor on the loss `kl`, in nats per write; 0: none"));
}

KanervaModel::KanervaModel(const KanervaOptions& given,
                           const MemoryPlace& place)
    : MemoryModel(given),
      value(place, given.width, given.value_hidden),
      prior{place.name + ".prior", {given.rows, given.width}} {
  const int64_t k = options.rows;
  const int64_t c = options.width;
  shape.layout.Add("mean", DType::kF32, {k, c});
  shape.layout.Add("covariance", DType::kF32, {k, k});
  shape.shown = k * c;
  shape.read = c;
  shape.write_work = value.work() + 2 * k * c + 3 * k * k;
  shape.read_work = k * c;
  if (options.least_squares()) {
    shape.query = c;
    const int64_t solve = k * k * c / 2 + k * k * k / 6;
    shape.write_work += solve;
    shape.read_work += solve + k * c + k * k;
  } else {
    address = {place.name + ".address", place.hidden, k};
    shape.query = k;
    shape.write_work += address.in * address.out;
  }
}

PartInfo KanervaInfo() {
  return InfoOf<KanervaOptions>(
      "kanerva", "a Gaussian over a matrix, written by Bayes' rule");
}

}  // namespace credo
