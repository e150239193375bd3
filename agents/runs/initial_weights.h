// Weights of another run to begin with.
#ifndef CREDO_AGENTS_RUNS_INITIAL_WEIGHTS_H_
#define CREDO_AGENTS_RUNS_INITIAL_WEIGHTS_H_

#include <string>
#include <vector>

#include "agents/learning/learner.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"

namespace credo {

// What became of the parameters of a learner, by name.
struct WeightFit {
  std::vector<std::string> taken;
  std::vector<std::string> missing;  // the file has none of this name
  std::vector<std::string> other_shape;

  bool whole() const { return missing.empty() && other_shape.empty(); }
  // "auxiliary.0.simcore.decoder.0.weight (missing), ..."
  std::string Unfit() const;
};

// What fits by name and shape of a model file or a checkpoint; probes start
// anew. Changes nothing when `partial` is false and something does not fit.
WeightFit TakeInitialWeights(const TensorFile& file, bool partial,
                             Learner& learner);

// The model file, else the checkpoint, of a run's folder; or a model file.
Result<TensorFile> ReadInitialWeights(const std::string& run);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_INITIAL_WEIGHTS_H_
