#include "sdk/worlds/grid_map.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

namespace credo {
namespace {

constexpr std::string_view kHeadings = "^>v<";
constexpr char kCharacter = '@';
constexpr char kBlockedCell = '#';
constexpr char kGoalCell = 'G';
constexpr int kMaxCells = GridOptions::kMaxRoom * GridOptions::kMaxRoom;

// Blocks `count` cells other than `kept`, one after another in random order,
// leaving out each that would part the rest. A connected room of two or more
// free cells always has two that may be blocked, so this ends.
void BlockCells(int64_t count, int kept, Draws& draws, GridMap& map) {
  if (count == 0) return;
  std::vector<int> order(map.cells.size());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[draws.Below(static_cast<uint32_t>(i + 1))]);
  }
  while (true) {
    for (const int cell : order) {
      if (cell == kept || !map.free(cell)) continue;
      const uint8_t colour = std::exchange(map.cells[cell], GridMap::kBlocked);
      if (!FreeCellsConnected(map)) {
        map.cells[cell] = colour;
      } else if (--count == 0) {
        return;
      }
    }
  }
}

// Uniform over the free cells but `except` (-1: none).
int DrawFreeCell(const GridMap& map, int except, Draws& draws) {
  int free = 0;
  for (int cell = 0; cell < static_cast<int>(map.cells.size()); ++cell) {
    free += map.free(cell) && cell != except;
  }
  int left = static_cast<int>(draws.Below(static_cast<uint32_t>(free)));
  int cell = 0;
  while (!map.free(cell) || cell == except || left-- > 0) ++cell;
  return cell;
}

Status LineError(size_t line, std::string_view expected,
                 std::string_view found) {
  return InvalidArgument(absl::StrCat("map, line ", line + 1, ": expected ",
                                      std::string(expected), ", found ",
                                      std::string(found)));
}

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
  BlockCells(options.BlockedCells(), random ? -1 : centre, draws, map);
  map.start = random ? DrawFreeCell(map, -1, draws) : centre;
  map.heading = random && options.rotating()
                    ? static_cast<Heading>(draws.Below(4))
                    : Heading::kNorth;
  if (options.has_goal()) {
    map.cells[DrawFreeCell(map, map.start, draws)] = GridMap::kGoal;
  }
}

Result<GridMap> ParseGridMap(std::string_view text,
                             const GridOptions& options) {
  std::vector<std::string> lines;
  for (absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) lines.emplace_back(line);
  }
  GridMap map;
  map.room = static_cast<int>(lines.size());
  if (lines.size() < 2 || lines.size() > GridOptions::kMaxRoom) {
    return InvalidArgument(absl::StrCat("map: expected 2 to ",
                                        GridOptions::kMaxRoom,
                                        " lines, found ", lines.size()));
  }
  int characters = 0, goals = 0;
  for (size_t row = 0; row < lines.size(); ++row) {
    if (lines[row].size() != lines.size()) {
      return LineError(row, absl::StrCat(lines.size(), " cells"),
                       absl::StrCat(lines[row].size()));
    }
    for (const char c : lines[row]) {
      const size_t heading = kHeadings.find(c);
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
        return LineError(
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
      text += rotating ? kHeadings[static_cast<size_t>(heading)] : kCharacter;
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

bool FreeCellsConnected(const GridMap& map) {
  const int cells = static_cast<int>(map.cells.size());
  std::array<bool, kMaxCells> reached = {};
  std::array<int, kMaxCells> stack;
  int free = 0, depth = 0;
  for (int cell = 0; cell < cells; ++cell) {
    if (!map.free(cell)) continue;
    if (free++ == 0) {
      stack[depth++] = cell;
      reached[cell] = true;
    }
  }
  int found = 0;
  while (depth > 0) {
    const int cell = stack[--depth];
    ++found;
    const auto visit = [&](int next) {
      if (reached[next] || !map.free(next)) return;
      reached[next] = true;
      stack[depth++] = next;
    };
    const int column = cell % map.room;
    if (cell >= map.room) visit(cell - map.room);
    if (cell + map.room < cells) visit(cell + map.room);
    if (column > 0) visit(cell - 1);
    if (column + 1 < map.room) visit(cell + 1);
  }
  return found == free;
}

}  // namespace credo
