// The contract of a probe head: what one privileged observation is read off as.
//
// A probe reads beliefs and never trains the agent. All probes of a run share
// one trunk (agents/probes/probe_net.h); a head turns the trunk's features into
// a loss and into what the tables count.
//
// Shape letters: R rows (a record each), P numbers that a head predicts.
#ifndef CREDO_AGENTS_PROBES_PROBE_H_
#define CREDO_AGENTS_PROBES_PROBE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/options.h"

namespace credo {

class ProbeHead {
 public:
  virtual ~ProbeHead() = default;
  // The privileged observation that it reads off.
  virtual const ObservationSpec& target() const = 0;
  // P.
  virtual int64_t predictions() const = 0;
  // predictions [R, P], truth u8 or f32 [R, ...] -> nats or squared units [R],
  // summed over the numbers of the target.
  virtual at::Tensor Loss(const at::Tensor& predictions,
                          const at::Tensor& truth) const = 0;
  // How well each number of the target is known: [R, elements], for class and
  // cells 1 where the most likely class is right, for real and circular the
  // absolute error in the target's units.
  virtual at::Tensor Score(const at::Tensor& predictions,
                           const at::Tensor& truth) const = 0;
  // The constant prediction that fits `truth` [R, ...] best: [P].
  virtual at::Tensor Constant(const at::Tensor& truth) const = 0;
  // Whether a score is an accuracy (higher is better) or an error.
  virtual bool is_accuracy() const = 0;
  // Names of the observations that mask each element of the target, u8 of the
  // target's shape, or empty: seen so far, in view now.
  virtual const std::string& seen() const = 0;
  virtual const std::string& visible() const = 0;
};

struct ProbePart {
  PartInfo info;
  // Fails when the target is no privileged observation of `spec` or of a kind
  // that this probe does not read.
  std::function<Result<std::unique_ptr<ProbeHead>>(const Options&,
                                                   const EnvironmentSpec&)>
      make;
};

// cells, class, real, circular. A host adds its own to its copy.
std::vector<ProbePart> Probes();

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_H_
