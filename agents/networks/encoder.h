// The contract of an encoder: from the observations of a record to a vector.
#ifndef CREDO_AGENTS_NETWORKS_ENCODER_H_
#define CREDO_AGENTS_NETWORKS_ENCODER_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/tensor/learner_group.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

class Encoder {
 public:
  virtual ~Encoder() = default;
  // E, numbers of an encoding.
  virtual int64_t size() const = 0;
  // Each observation u8 or f32 [R, ...] -> [R, E]. Row by row: an encoding
  // depends on its own record alone.
  virtual at::Tensor Encode(const NamedTensors& observations) const = 0;
  // Learns what is learned by looking at frames, as means and deviations are:
  // called with the observations of each update, from 0, before they are
  // encoded. `group` looks at the same number of frames each, and learns the
  // same.
  virtual void Observe(const NamedTensors& observations, int64_t update,
                       LearnerGroup& group) {
    (void)observations, (void)update, (void)group;
  }
  // Whether Observe may do something in that update, which is then no graph.
  virtual bool Observes(int64_t update) const {
    (void)update;
    return true;
  }
};

struct EncoderPart {
  PartInfo info;
  // Declares the encoder's parameters below `name`. `observations` are those
  // that agents may see. Fails when the options do not fit them.
  std::function<Result<std::unique_ptr<Encoder>>(
      const Options&, Parameters&, const std::string& name,
      const std::vector<ObservationSpec>& observations)>
      make;
};

// mlp, conv. A host adds its own to its copy.
std::vector<EncoderPart> Encoders();

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_ENCODER_H_
