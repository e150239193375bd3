// A drawing of what a game saw, second by second.
#ifndef CREDO_EXAMPLES_GAME_LOOP_CHART_H_
#define CREDO_EXAMPLES_GAME_LOOP_CHART_H_

#include <string>
#include <vector>

namespace game_loop {

struct Second {
  float p50 = 0;  // of the ticks so far, microseconds
  float p99 = 0;
  int episodes = 0;  // that ended in it
  double mean_return = 0;
};

// An SVG file: the return above, tick times below, over seconds.
void WriteChart(const std::string& file, const std::vector<Second>& seconds);

}  // namespace game_loop

#endif  // CREDO_EXAMPLES_GAME_LOOP_CHART_H_
