// What lies in the room of the world `grid`, and where an episode starts.
//
// As text, one character per cell and one line per row, north first:
//   0 .. 7       a cell of this colour
//   #            a blocked cell
//   G            the goal
//   @ ^ > v <    the character, and where it faces (@: compass); when a text
//                is read, it stands on colour 0
#ifndef CREDO_SDK_WORLDS_GRID_MAP_H_
#define CREDO_SDK_WORLDS_GRID_MAP_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/status.h"
#include "sdk/worlds/grid_options.h"

namespace credo {

// Headings, and the moves of the compass.
enum class Heading : uint8_t { kNorth = 0, kEast, kSouth, kWest };

struct GridMap {
  // In `cells`, beside colours.
  static constexpr uint8_t kBlocked = 254;
  static constexpr uint8_t kGoal = 255;

  int room = 0;
  std::vector<uint8_t> cells;  // [room * room], row by row, north first
  int start = 0;               // the character's first cell
  Heading heading = Heading::kNorth;

  bool free(int cell) const { return cells[cell] != kBlocked; }
  // The blocked cells as sdk/worlds/free_cells.h takes them.
  std::vector<uint8_t> Blocked() const;
};

// An episode's map. REQUIRES: options.Check() finds nothing.
void DrawGridMap(const GridOptions& options, Draws& draws, GridMap& map);

// Reads the text above; spaces around lines and empty lines do not count.
// `options.room` is ignored. Fails with kInvalidArgument that says the line.
Result<GridMap> ParseGridMap(std::string_view text, const GridOptions& options);

// The text above, with the character at `cell`.
std::string GridMapText(const GridMap& map, int cell, Heading heading,
                        bool rotating);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_GRID_MAP_H_
