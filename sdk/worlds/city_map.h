// What stands in the room of the world `city`, and where an episode starts.
//
// As text, one character per cell and one line per row, north first:
//   .            a free cell
//   1 .. 8       a block of this colour
//   G            the goal
//   *            a pickup
//   ^ > v <      the character, and which way it mostly faces
#ifndef CREDO_SDK_WORLDS_CITY_MAP_H_
#define CREDO_SDK_WORLDS_CITY_MAP_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/base/status.h"
#include "sdk/worlds/city_options.h"

namespace credo {

struct CityMap {
  // What may stand on a free cell.
  enum Item : uint8_t { kNothing = 0, kGoal, kPickup };

  int room = 0;
  std::vector<uint8_t> cells;  // [room * room]: 0 free, 1.. a block's colour
  std::vector<uint8_t> items;  // [room * room]
  int start = 0;
  double angle = 0;  // radians, clockwise from north

  // The blocks as sdk/worlds/free_cells.h takes them.
  std::vector<uint8_t> Blocked() const;
};

// An episode's map. REQUIRES: options.Check() finds nothing.
void DrawCityMap(const CityOptions& options, Draws& draws, CityMap& map);

// Lays out pickups on free cells without items other than `except`, or as many
// as there is room for.
void DrawPickups(const CityOptions& options, int except, Draws& draws,
                 CityMap& map);

// Reads the text above; spaces around lines and empty lines do not count. Fails
// with kInvalidArgument that says the line.
Result<CityMap> ParseCityMap(std::string_view text, const CityOptions& options);

// The text above, with the character at `cell`.
std::string CityMapText(const CityMap& map, int cell, double angle);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CITY_MAP_H_
