#include "sdk/worlds/worlds.h"

#include "sdk/worlds/blank.h"
#include "sdk/worlds/grid.h"

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
  };
}

}  // namespace credo
