// Whether what is lived through holds what a learner needs: rewards, and
// episodes as long as its simulations are.
#ifndef CREDO_AGENTS_RUNS_EXPERIENCE_WATCH_H_
#define CREDO_AGENTS_RUNS_EXPERIENCE_WATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/learning/experiment_options.h"

namespace credo {

class ExperienceWatch {
 public:
  // `options` outlive the watch.
  explicit ExperienceWatch(const ExperimentOptions& options)
      : options_(options) {}

  // Each unroll that is learned from, in their order.
  void Add(const Unroll& unroll);
  // What was still missing after many unrolls, told once; mostly empty.
  std::string Note();

 private:
  const ExperimentOptions& options_;
  int64_t unrolls_ = 0;
  bool rewarded_ = false;       // whether there was a reward that is not 0
  std::vector<int64_t> steps_;  // of each column's episode so far
  int64_t longest_ = 0;         // steps of the longest episode that ended
  bool told_ = false;
};

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_EXPERIENCE_WATCH_H_
