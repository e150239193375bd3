#include "agents/networks/agent_options.h"

namespace credo {

std::vector<BeliefCorePart> AgentParts::AllCores() const {
  std::vector<BeliefCorePart> all = BeliefCores(memories);
  all.insert(all.end(), cores.begin(), cores.end());
  return all;
}

}  // namespace credo
