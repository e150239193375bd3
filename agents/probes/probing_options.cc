#include "agents/probes/probing_options.h"

#include "sdk/model/agent.h"

namespace credo {

void ProbingOptions::Visit(FieldVisitor& v) {
  v.Choice("reader", reader, {"flat", "query"},
           "how probes that learn beside the agent read its beliefs; flat: all "
           "columns of the belief; query: maps by asking the memory for each "
           "cell. Probes from scratch try both");
  v.Ints("hidden", hidden, kHiddenUnits,
         "units of each layer that probes share");
  v.Real("learning_rate", learning_rate, {0, 10}, "of the probes' Adam");
  v.Int("times", times, {1, 100000},
        "records per column that an update of the probes reads; a quarter of "
        "them by query");
  v.Int("every", every, {0, 1000000000},
        "updates of the agent per update of its online probes; 0: none");
  v.Int("frames", frames, {1, int64_t{1} << 60},
        "frames that a probe from scratch reads");
}

}  // namespace credo
