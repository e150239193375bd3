#include "sdk/worlds/worlds.h"

#include "sdk/worlds/blank.h"
#include "sdk/worlds/city.h"
#include "sdk/worlds/grid.h"
#include "sdk/worlds/host.h"

namespace credo {

std::vector<WorldPart> Worlds() {
  return {
      {{"blank", "nothing but noise: times the loop, shows every kind of part",
        [] { return std::make_unique<BlankOptions>(); }},
       [](const Options& options) {
         return Blank::Make(dynamic_cast<const BlankOptions&>(options));
       }},
      {{"grid", "a room of coloured cells, seen a few cells at a time",
        [] { return std::make_unique<GridOptions>(); }},
       [](const Options& options) {
         return Grid::Make(dynamic_cast<const GridOptions&>(options));
       }},
      {{"city", "blocks, walls and corridors through the character's own eye",
        [] { return std::make_unique<CityOptions>(); }},
       [](const Options& options) {
         return City::Make(dynamic_cast<const CityOptions&>(options));
       }},
      {{kHostWorld, "a game's own, played by the program that links the learner",
        [] { return std::make_unique<HostWorldOptions>(); }},
       [](const Options& options) {
         return MakeHostWorld(dynamic_cast<const HostWorldOptions&>(options));
       }},
  };
}

}  // namespace credo
