// How a run is going: one line that is rewritten on a terminal, plain lines
// otherwise.
#ifndef CREDO_TOOLS_PROGRESS_H_
#define CREDO_TOOLS_PROGRESS_H_

#include <chrono>

#include "agents/runs/trainer.h"

namespace credo {

class ProgressPrinter {
 public:
  ProgressPrinter();
  ~ProgressPrinter();  // ends the rewritten line

  void operator()(const Progress& progress);

 private:
  bool terminal_;
  bool open_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace credo

#endif  // CREDO_TOOLS_PROGRESS_H_
