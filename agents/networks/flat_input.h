// Observations as the first layer of a network reads them.
#ifndef CREDO_AGENTS_NETWORKS_FLAT_INPUT_H_
#define CREDO_AGENTS_NETWORKS_FLAT_INPUT_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "sdk/model/network_input.h"
#include "sdk/tensor/learner_group.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class FlatInput {
 public:
  // Declares mean and deviation where `spec` is standardised.
  FlatInput(const InputSpec& spec, Parameters& parameters);

  const ObservationSpec& observation() const { return spec_.observation; }
  // u8 or f32 [R, ...] -> f32 [R, numbers].
  at::Tensor Read(const at::Tensor& observed) const;
  // Takes the frames of an update, [R, ...], into mean and deviation, while
  // this is one of the first. All of their frames, and those that others of the
  // group took, count alike, those that two unrolls share twice.
  void Observe(const at::Tensor& observed, int64_t update,
               LearnerGroup& group);
  bool Observes(int64_t update) const {
    return mean_ != nullptr && update < spec_.updates;
  }

 private:
  InputSpec spec_;
  Parameter* mean_ = nullptr;
  Parameter* deviation_ = nullptr;
};

std::vector<FlatInput> MakeFlatInputs(const std::vector<InputSpec>& specs,
                                      Parameters& parameters);

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_FLAT_INPUT_H_
