// How long ticks took.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_TICK_TIMES_H_
#define CREDO_EXAMPLES_SIXTY_HZ_TICK_TIMES_H_

#include <vector>

namespace sixty_hz {

// In microseconds. All of them are kept, 4 bytes each: 20 MB a day.
class TickTimes {
 public:
  void Add(float microseconds) { times_.push_back(microseconds); }
  void Clear() { times_.clear(); }

  // The smallest time that `share` of the ticks did not exceed: 1 for the
  // longest. 0 when there are none.
  float Quantile(double share) const;

 private:
  std::vector<float> times_;
};

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_TICK_TIMES_H_
