// The probes of a run as one network: a trunk that all of them share and a head
// for each, with parameters and optimiser of their own.
//
// Beliefs go in detached, so that nothing of a probe reaches the agent.
#ifndef CREDO_AGENTS_PROBES_PROBE_NET_H_
#define CREDO_AGENTS_PROBES_PROBE_NET_H_

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "agents/agent_options.h"
#include "agents/probes/probe.h"
#include "sdk/tensor/adam.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// The heads of a configuration. Fails as ProbePart::make does, with the place
// ("probes[1]") in front.
Result<std::vector<std::unique_ptr<ProbeHead>>> MakeProbeHeads(
    const std::vector<Selection>& probes, const Parts& parts,
    const EnvironmentSpec& spec);

class ProbeNet {
 public:
  // For features of `inputs` numbers. `heads` are at least one.
  ProbeNet(const ProbingOptions& options,
           std::vector<std::unique_ptr<ProbeHead>> heads, int64_t inputs,
           uint64_t seed);

  const std::vector<std::unique_ptr<ProbeHead>>& heads() const {
    return heads_;
  }
  // Named "probes.*".
  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }

  // features [R, inputs] -> for each head [R, P].
  std::vector<at::Tensor> Predict(const at::Tensor& features) const;
  // The mean over rows of the sum of all heads' losses. `truth` holds the
  // targets by name, [R, ...]. Differentiable in features and parameters.
  at::Tensor Loss(const at::Tensor& features, const NamedTensors& truth) const;
  // One step of the probes' own optimiser along the gradients that a backward
  // pass of Loss left.
  void Step(double learning_rate);

  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  std::vector<std::unique_ptr<ProbeHead>> heads_;
  Parameters parameters_;
  std::unique_ptr<Mlp> trunk_;
  std::vector<Linear> outputs_;
  std::unique_ptr<Adam> adam_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_NET_H_
