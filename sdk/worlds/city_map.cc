#include "sdk/worlds/city_map.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <absl/strings/str_cat.h>
#include "sdk/worlds/free_cells.h"
#include "sdk/worlds/map_text.h"

namespace credo {
namespace {

constexpr float kLoops = 0.15f;  // share of a maze's inner walls left open

// Corridors by a random walk with backtracking, from place to place over the
// cells of even row and column; then some more openings.
std::vector<uint8_t> DrawMaze(int room, Draws& draws) {
  std::vector<uint8_t> blocked(static_cast<size_t>(room) * room, 1);
  std::vector<int> path = {0};
  blocked[0] = 0;
  while (!path.empty()) {
    const int cell = path.back();
    const int row = cell / room, column = cell % room;
    int next[4];
    uint32_t count = 0;
    const auto consider = [&](int r, int c) {
      if (r < 0 || r >= room || c < 0 || c >= room) return;
      if (blocked[r * room + c] != 0) next[count++] = r * room + c;
    };
    consider(row - 2, column);
    consider(row, column + 2);
    consider(row + 2, column);
    consider(row, column - 2);
    if (count == 0) {
      path.pop_back();
      continue;
    }
    const int chosen = next[draws.Below(count)];
    blocked[chosen] = 0;
    blocked[(chosen + cell) / 2] = 0;
    path.push_back(chosen);
  }
  for (int row = 0; row < room; ++row) {
    for (int column = 0; column < room; ++column) {
      // Between two places.
      if ((row + column) % 2 == 0) continue;
      uint8_t& wall = blocked[row * room + column];
      if (wall != 0 && draws.Uniform() < kLoops) wall = 0;
    }
  }
  return blocked;
}

}  // namespace

std::vector<uint8_t> CityMap::Blocked() const {
  std::vector<uint8_t> blocked;
  for (const uint8_t cell : cells) blocked.push_back(cell != 0);
  return blocked;
}

void DrawCityMap(const CityOptions& options, Draws& draws, CityMap& map) {
  map.room = static_cast<int>(options.room);
  std::vector<uint8_t> blocked(static_cast<size_t>(map.room) * map.room, 0);
  if (options.layout == "maze") {
    blocked = DrawMaze(map.room, draws);
  } else {
    BlockCells(map.room, options.BlockedCells(), -1, draws, blocked);
  }
  map.cells.assign(blocked.size(), 0);
  for (size_t cell = 0; cell < blocked.size(); ++cell) {
    if (blocked[cell] == 0) continue;
    map.cells[cell] = static_cast<uint8_t>(
        1 + draws.Below(static_cast<uint32_t>(options.colours)));
  }
  map.items.assign(blocked.size(), CityMap::kNothing);
  map.start = DrawFreeCell(blocked, -1, draws);
  map.angle = 2 * std::numbers::pi *
              (options.headings == "continuous"
                   ? draws.Uniform()
                   : static_cast<double>(draws.Below(static_cast<uint32_t>(
                         options.HeadingClasses()))) /
                         static_cast<double>(options.HeadingClasses()));
  if (options.has_goal()) {
    map.items[DrawFreeCell(blocked, map.start, draws)] = CityMap::kGoal;
  }
  if (options.has_pickups()) DrawPickups(options, map.start, draws, map);
}

void DrawPickups(const CityOptions& options, int except, Draws& draws,
                 CityMap& map) {
  std::vector<uint8_t> taken = map.Blocked();
  taken[except] = 1;
  for (size_t cell = 0; cell < taken.size(); ++cell) {
    if (map.items[cell] != CityMap::kNothing) taken[cell] = 1;
  }
  for (int64_t n = 0; n < options.pickups; ++n) {
    if (std::ranges::count(taken, 0) == 0) return;
    const int cell = DrawFreeCell(taken, -1, draws);
    map.items[cell] = CityMap::kPickup;
    taken[cell] = 1;
  }
}

Result<CityMap> ParseCityMap(std::string_view text,
                             const CityOptions& options) {
  const std::vector<std::string> lines = MapLines(text);
  if (lines.size() < 3 || lines.size() > kMaxRoom) {
    return InvalidArgument(absl::StrCat("map: expected 3 to ", kMaxRoom,
                                        " lines, found ", lines.size()));
  }
  CityMap map;
  map.room = static_cast<int>(lines.size());
  int characters = 0;
  for (size_t row = 0; row < lines.size(); ++row) {
    if (lines[row].size() != lines.size()) {
      return MapLineError(row, absl::StrCat(lines.size(), " cells"),
                          absl::StrCat(lines[row].size()));
    }
    for (const char c : lines[row]) {
      const size_t heading = kHeadingCharacters.find(c);
      uint8_t cell = 0;
      uint8_t item = CityMap::kNothing;
      if (c >= '1' && c < '1' + options.colours) {
        cell = static_cast<uint8_t>(c - '0');
      } else if (c == 'G' && options.has_goal()) {
        item = CityMap::kGoal;
      } else if (c == '*' && options.has_pickups()) {
        item = CityMap::kPickup;
      } else if (heading != std::string_view::npos) {
        map.start = static_cast<int>(map.cells.size());
        map.angle = static_cast<double>(heading) * std::numbers::pi / 2;
        ++characters;
      } else if (c != '.') {
        return MapLineError(
            row,
            absl::StrCat("'.', a colour from 1 to ", options.colours,
                         ", one of '^>v<' or what the task has"),
            absl::StrCat("'", std::string(1, c), "'"));
      }
      map.cells.push_back(cell);
      map.items.push_back(item);
    }
  }
  if (characters != 1) {
    return InvalidArgument(
        absl::StrCat("map: expected one character, found ", characters));
  }
  const auto goals = std::ranges::count(map.items, CityMap::kGoal);
  if (goals != (options.has_goal() ? 1 : 0)) {
    return InvalidArgument(absl::StrCat("map: expected one goal, found ",
                                        static_cast<int64_t>(goals)));
  }
  return map;
}

std::string CityMapText(const CityMap& map, int cell, double angle) {
  const int quarter =
      static_cast<int>(std::lround(angle / (std::numbers::pi / 2)));
  std::string text;
  for (int at = 0; at < static_cast<int>(map.cells.size()); ++at) {
    if (at == cell) {
      text += kHeadingCharacters[static_cast<size_t>((quarter % 4 + 4) % 4)];
    } else if (map.cells[at] != 0) {
      text += static_cast<char>('0' + map.cells[at]);
    } else {
      text += ".G*"[map.items[at]];
    }
    if (at % map.room == map.room - 1) text += '\n';
  }
  return text;
}

}  // namespace credo
