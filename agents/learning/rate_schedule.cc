#include "agents/learning/rate_schedule.h"

#include <algorithm>

namespace credo {

RateSchedule::RateSchedule(const LearnerOptions& learner, int64_t frames)
    : warmup_(learner.warmup),
      flat_(learner.flat),
      final_(learner.final_rate) {
  const int64_t size = learner.frames_per_update();
  updates_ = std::max<int64_t>(1, (frames + size - 1) / size);
}

double RateSchedule::Share(int64_t update) const {
  double share = 1;
  if (update < warmup_) {
    share = static_cast<double>(update + 1) / static_cast<double>(warmup_);
  }
  const double done =
      static_cast<double>(update) / static_cast<double>(updates_);
  if (done > flat_ && flat_ < 1) {
    const double left = std::max(0.0, (1.0 - done) / (1.0 - flat_));
    share *= final_ + (1.0 - final_) * left;
  }
  return share;
}

}  // namespace credo
