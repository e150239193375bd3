// An episode as an animated picture.
#ifndef CREDO_TOOLS_DRAW_FILM_H_
#define CREDO_TOOLS_DRAW_FILM_H_

#include <cstdint>
#include <string>

#include "sdk/base/status.h"
#include "tools/episode_view.h"

namespace credo {

inline constexpr int64_t kFilmRecords = 512;

// One picture for each of the first kFilmRecords records, four in a second.
// Above: what the agent sees, what its simulator expected to be seen from a
// belief some steps before, which is taken anew every few records and framed in
// green where it is; what only probes see from above, if the world draws that.
// Below: the true map (unseen cells pale), the map that the probe decodes from
// the belief, the probe's posterior of the pose. What the run has not is left
// out; without anything to draw there is no film.
Status DrawFilm(const EpisodeView& view, const std::string& path);

}  // namespace credo

#endif  // CREDO_TOOLS_DRAW_FILM_H_
