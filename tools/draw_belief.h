// What an agent sees, what is there, and what it believes, beside others.
#ifndef CREDO_TOOLS_DRAW_BELIEF_H_
#define CREDO_TOOLS_DRAW_BELIEF_H_

#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "tools/episode_view.h"

namespace credo {

// Over an episode, one column per moment: what the agent sees; what only probes
// see from above, if the world draws that, else the true map; the map that is
// decoded from its belief; and those from the beliefs that the agents of
// `beside` have of the same records, one row each. Left out without a map to
// decode.
Status DrawBelief(const EpisodeView& view,
                  const std::vector<EpisodeView>& beside,
                  const std::string& path);

}  // namespace credo

#endif  // CREDO_TOOLS_DRAW_BELIEF_H_
