// The probes of a run as one network: a trunk that all of them share and a head
// for each, with parameters and optimiser of their own.
//
// Beliefs go in detached, so that nothing of a probe reaches the agent.
#ifndef CREDO_AGENTS_PROBES_PROBE_NET_H_
#define CREDO_AGENTS_PROBES_PROBE_NET_H_

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agents/probes/probe.h"
#include "agents/probes/probing_options.h"
#include "agents/probes/query_probe.h"
#include "memory/memory.h"
#include "sdk/tensor/adam.h"
#include "sdk/tensor/layers.h"
#include "sdk/tensor/named_tensors.h"
#include "sdk/tensor/parameters.h"

namespace credo {

// The heads of a configuration. Fails as ProbePart::make does, with the place
// ("probes[1]") in front.
Result<std::vector<std::unique_ptr<ProbeHead>>> MakeProbeHeads(
    const std::vector<Selection>& probes,
    const std::vector<ProbePart>& parts,
    const EnvironmentSpec& spec);

// How probes read beliefs.
enum class ProbeReader {
  kFlat,   // all columns of the belief through one trunk
  kQuery,  // maps by querying the memory (sdk/model/query_probe.h), the rest
           // off the recurrent part of the belief
};

// What is probed.
struct ProbedShape {
  // Implicit where it is a flat reading of features of any kind.
  ProbedShape(int64_t features) : features(features) {}  // NOLINT
  ProbedShape(int64_t features, int64_t recurrent, const Memory& memory)
      : features(features), recurrent(recurrent), memory(&memory) {}

  int64_t features = 0;
  int64_t recurrent = 0;           // leading columns of the features
  const Memory* memory = nullptr;  // outlives the probes; null: flat alone
};

// Some records as probes see them.
struct ProbeView {
  ProbeView(at::Tensor features, at::Tensor contents = {})  // NOLINT
      : features(std::move(features)), contents(std::move(contents)) {}

  at::Tensor features;  // [..., features]
  at::Tensor contents;  // [..., M] of the memory; undefined without

  // Rows of the records flattened to [R, .].
  ProbeView Rows(const at::Tensor& indices) const;
  ProbeView Flat() const;
  ProbeView Detached() const;
};

ProbeReader ReaderOf(const ProbingOptions& options);

class ProbeNet {
 public:
  // `heads` are at least one. A flat reader is taken where the shape has no
  // memory to query.
  ProbeNet(const ProbingOptions& options, ProbeReader reader,
           std::vector<std::unique_ptr<ProbeHead>> heads,
           const ProbedShape& shape, uint64_t seed);

  ProbeReader reader() const { return reader_; }

  const std::vector<std::unique_ptr<ProbeHead>>& heads() const {
    return heads_;
  }
  // Named "probes.*".
  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }

  // R rows -> for each head [R, P].
  std::vector<at::Tensor> Predict(const ProbeView& rows) const;
  // The mean over rows of each head's loss. `truth` holds the targets by name,
  // [R, ...]. Differentiable in what is read and in the parameters.
  std::vector<at::Tensor> Losses(const ProbeView& rows,
                                 const NamedTensors& truth) const;
  // One step of the probes' own optimiser along the gradients that a backward
  // pass of Loss left.
  void Step(double learning_rate);
  // `learning_rate` f64 [] where they are: nothing is read there.
  void Step(const at::Tensor& learning_rate);

  void Save(const std::string& prefix, TensorFile& file) const;
  Status Load(const std::string& prefix, const TensorFile& file);

 private:
  // How one head gets its predictions: one of the two.
  struct Output {
    std::optional<Linear> linear;  // of the trunk
    std::unique_ptr<QueryProbe> query;
  };

  ProbeReader reader_;
  int64_t trunk_inputs_;
  int64_t recurrent_;
  std::vector<std::unique_ptr<ProbeHead>> heads_;
  Parameters parameters_;
  std::unique_ptr<Mlp> trunk_;
  std::vector<Output> outputs_;
  std::unique_ptr<Adam> adam_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_PROBES_PROBE_NET_H_
