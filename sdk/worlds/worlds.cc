#include "sdk/worlds/worlds.h"

#include "sdk/worlds/blank.h"
#include "sdk/worlds/city.h"
#include "sdk/worlds/grid.h"
#include "sdk/worlds/gymnasium.h"
#include "sdk/worlds/host.h"
#include "sdk/worlds/process.h"

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
      {{kHostWorld, "a game's own, played by the program that learns in it",
        [] { return std::make_unique<HostWorldOptions>(); }},
       [](const Options& options) {
         return MakeHostWorld(dynamic_cast<const HostWorldOptions&>(options));
       },
       /*elsewhere=*/true},
      {{"gymnasium", "a Gymnasium environment, in a Python of its own",
        [] { return std::make_unique<GymnasiumOptions>(); }},
       [](const Options& options) {
         return MakeGymnasiumWorld(
             dynamic_cast<const GymnasiumOptions&>(options));
       },
       /*elsewhere=*/true},
      {{"process", "a program of its own, in any language, behind a pipe",
        [] { return std::make_unique<ProcessOptions>(); }},
       [](const Options& options) {
         return MakeProcessWorld(dynamic_cast<const ProcessOptions&>(options));
       },
       /*elsewhere=*/true},
  };
}

}  // namespace credo
