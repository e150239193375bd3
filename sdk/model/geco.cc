#include "sdk/model/geco.h"

namespace credo {

void GecoOptions::Visit(FieldVisitor& v) {
  v.Real("initial", initial, {1e-10, 1e10},
         ForLearning("the multiplier of the first updates; at 1 the latents "
                     "explain everything before the belief has learned to"));
  v.Real("rise", rise, {0, 1},
         ForLearning("largest step of its logarithm while the error is above "
                     "the tolerance"));
  v.Real("fall", fall, {0, 1},
         ForLearning("largest step of its logarithm while it is below"));
  v.Real("low", low, {1e-10, 1e10}, ForLearning("the least multiplier"));
  v.Real("high", high, {1e-10, 1e10}, ForLearning("the largest multiplier"));
  v.Real("average", average, {0, 0.9999},
         ForLearning("share of the constraint's moving average that stays at "
                     "each update"));
  v.Int("warmup", warmup, {0, 1000000000},
        ForLearning("updates before the multiplier moves"));
}

std::optional<OptionProblem> GecoOptions::Check() const {
  if (low <= initial && initial <= high) return std::nullopt;
  return OptionProblem{"initial", "expected it between low and high"};
}

}  // namespace credo
