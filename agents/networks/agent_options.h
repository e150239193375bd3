// agent: what acts and believes, as YAML says it.
#ifndef CREDO_AGENTS_NETWORKS_AGENT_OPTIONS_H_
#define CREDO_AGENTS_NETWORKS_AGENT_OPTIONS_H_

#include <vector>

#include "agents/networks/belief_core.h"
#include "agents/networks/encoder.h"
#include "memory/memory.h"
#include "sdk/model/agent.h"

namespace credo {

// The networks that an agent may be made of.
struct AgentParts {
  std::vector<EncoderPart> encoders;
  std::vector<MemoryPart> memories;   // what recurrent cores choose among
  std::vector<BeliefCorePart> cores;  // a host's own

  // Those of BeliefCores with these memories, then the host's own.
  std::vector<BeliefCorePart> AllCores() const;
};

struct AgentOptions : ActingOptions {
  explicit AgentOptions(const AgentParts& parts)
      : ActingOptions(Catalog(parts.encoders), Catalog(parts.AllCores())) {}
};

}  // namespace credo

#endif  // CREDO_AGENTS_NETWORKS_AGENT_OPTIONS_H_
