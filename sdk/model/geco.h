// How the weight of a reconstruction is found: GECO.
//
// Source: Rezende and Viola 2018, "Taming VAEs", algorithm 1; asymmetric rates,
// clamp and warm-up are ours (simcore/geco.h computes it).
#ifndef CREDO_SDK_MODEL_GECO_H_
#define CREDO_SDK_MODEL_GECO_H_

#include <cstdint>
#include <optional>

#include "sdk/model/options.h"

namespace credo {

struct GecoOptions : Options {
  double initial = 0.05;
  double rise = 0.003;
  double fall = 0.02;
  double low = 1e-3;
  double high = 2.0;
  double average = 0.95;
  int64_t warmup = 200;
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;
};

}  // namespace credo

#endif  // CREDO_SDK_MODEL_GECO_H_
