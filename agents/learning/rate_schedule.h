// How a learning rate changes over a run.
//
//   share of the rate
//   1          ______________
//            /                \___
//   0      /                      \___ final_rate
//         0  warmup    flat           end of the run
#ifndef CREDO_AGENTS_LEARNING_RATE_SCHEDULE_H_
#define CREDO_AGENTS_LEARNING_RATE_SCHEDULE_H_

#include <cstdint>

#include "agents/learning/learner_options.h"

namespace credo {

class RateSchedule {
 public:
  // Of a run of `frames` environment frames in updates of `learner`'s size.
  RateSchedule(const LearnerOptions& learner, int64_t frames);

  // Updates of the whole run, at least 1.
  int64_t updates() const { return updates_; }
  // The rate of update number `update`, from 0, as a share of the full rate.
  double Share(int64_t update) const;

 private:
  int64_t updates_;
  int64_t warmup_;
  double flat_;
  double final_;
};

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_RATE_SCHEDULE_H_
