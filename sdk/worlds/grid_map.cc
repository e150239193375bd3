#include "sdk/worlds/grid_map.h"

#include <absl/strings/str_cat.h>
#include "sdk/worlds/free_cells.h"
#include "sdk/worlds/map_text.h"

namespace credo {
namespace {

constexpr char kCharacter = '@';
constexpr char kBlockedCell = '#';
constexpr char kGoalCell = 'G';

}  // namespace

void DrawGridMap(const GridOptions& options, Draws& draws, GridMap& map) {
  const auto room = static_cast<int>(options.room);
  map.room = room;
  map.cells.resize(static_cast<size_t>(room) * room);
  for (uint8_t& cell : map.cells) {
    cell = static_cast<uint8_t>(
        draws.Below(static_cast<uint32_t>(options.colours)));
  }
  const int centre = (room / 2) * room + room / 2;
  const bool random = options.start == "random";
  std::vector<uint8_t> blocked(map.cells.size());
  BlockCells(room, options.BlockedCells(), random ? -1 : centre, draws,
             blocked);
  for (size_t cell = 0; cell < blocked.size(); ++cell) {
    if (blocked[cell] != 0) map.cells[cell] = GridMap::kBlocked;
  }
  map.start = random ? DrawFreeCell(blocked, -1, draws) : centre;
  map.heading = random && options.rotating()
                    ? static_cast<Heading>(draws.Below(4))
                    : Heading::kNorth;
  if (options.has_goal()) {
    map.cells[DrawFreeCell(blocked, map.start, draws)] = GridMap::kGoal;
  }
}

Result<GridMap> ParseGridMap(std::string_view text,
                             const GridOptions& options) {
  const std::vector<std::string> lines = MapLines(text);
  GridMap map;
  map.room = static_cast<int>(lines.size());
  if (lines.size() < 2 || lines.size() > kMaxRoom) {
    return InvalidArgument(absl::StrCat("map: expected 2 to ",
                                        kMaxRoom,
                                        " lines, found ", lines.size()));
  }
  int characters = 0, goals = 0;
  for (size_t row = 0; row < lines.size(); ++row) {
    if (lines[row].size() != lines.size()) {
      return MapLineError(row, absl::StrCat(lines.size(), " cells"),
                          absl::StrCat(lines[row].size()));
    }
    for (const char c : lines[row]) {
      const size_t heading = kHeadingCharacters.find(c);
      if (c >= '0' && c < '0' + options.colours) {
        map.cells.push_back(static_cast<uint8_t>(c - '0'));
      } else if (c == kBlockedCell) {
        map.cells.push_back(GridMap::kBlocked);
      } else if (c == kGoalCell) {
        map.cells.push_back(GridMap::kGoal);
        ++goals;
      } else if (options.rotating() ? heading != std::string_view::npos
                                    : c == kCharacter) {
        map.start = static_cast<int>(map.cells.size());
        if (c != kCharacter) map.heading = static_cast<Heading>(heading);
        map.cells.push_back(0);
        ++characters;
      } else {
        return MapLineError(
            row,
            absl::StrCat("a colour from 0 to ", options.colours - 1,
                         ", '#', 'G' or ",
                         options.rotating() ? "one of '^>v<'" : "'@'"),
            absl::StrCat("'", std::string(1, c), "'"));
      }
    }
  }
  if (characters != 1) {
    return InvalidArgument(
        absl::StrCat("map: expected one character, found ", characters));
  }
  const int expected_goals = options.has_goal() ? 1 : 0;
  if (goals != expected_goals) {
    return InvalidArgument(absl::StrCat("map: expected ", expected_goals,
                                        " goals for task ", options.task,
                                        ", found ", goals));
  }
  return map;
}

std::string GridMapText(const GridMap& map, int cell, Heading heading,
                        bool rotating) {
  std::string text;
  for (int at = 0; at < static_cast<int>(map.cells.size()); ++at) {
    const uint8_t content = map.cells[at];
    if (at == cell) {
      text += rotating ? kHeadingCharacters[static_cast<size_t>(heading)]
                       : kCharacter;
    } else if (content == GridMap::kBlocked) {
      text += kBlockedCell;
    } else if (content == GridMap::kGoal) {
      text += kGoalCell;
    } else {
      text += static_cast<char>('0' + content);
    }
    if (at % map.room == map.room - 1) text += '\n';
  }
  return text;
}

std::vector<uint8_t> GridMap::Blocked() const {
  std::vector<uint8_t> blocked;
  for (const uint8_t cell : cells) blocked.push_back(cell == kBlocked);
  return blocked;
}

}  // namespace credo
