#include "sdk/worlds/grid_options.h"

#include <cmath>

#include <absl/strings/str_cat.h>
#include "sdk/worlds/free_cells.h"

namespace credo {
namespace {

constexpr IntRange kRoom = {2, kMaxRoom};
constexpr IntRange kView = {1, 9};
constexpr IntRange kColours = {2, GridOptions::kMaxColours};
constexpr RealRange kBlocked = {0, 0.8};
constexpr IntRange kPicture = {0, 16};
constexpr IntRange kEpisode = {1, 1000000000};

std::optional<OptionProblem> Within(const char* key, int64_t value,
                                    IntRange range) {
  if (value >= range.low && value <= range.high) return std::nullopt;
  return OptionProblem{key, absl::StrCat("expected ", range.low, " to ",
                                         range.high, ", found ", value)};
}

}  // namespace

void GridOptions::Visit(FieldVisitor& v) {
  v.Int("room", room, kRoom,
        "cells along each side of the room; a cell's number fits one byte");
  v.Int("view", view, kView, "cells along each side of the view; odd");
  v.Int("colours", colours, kColours, "colours that a cell may have");
  v.Real("blocked", blocked, kBlocked,
         "share of the cells that cannot be entered; the rest stays connected");
  v.Choice("heading", heading, {"compass", "rotating"},
           "compass: moves and view are fixed to the compass; rotating: the "
           "character turns, and its view with it");
  v.Choice("start", start, {"centre", "random"},
           "where episodes start; centre: facing north");
  v.Int("picture", picture, kPicture,
        "pixels along each side of a tile in a picture; 0: tiles, no picture");
  v.Choice("task", task, {"explore", "goal"},
           "explore: no reward; goal: 1 for each arrival at a hidden goal, "
           "after which the character goes on elsewhere");
  v.Int("episode", episode, kEpisode, "decisions per episode");
  v.Choice("walls", walls, {"auto", "one", "four"},
           "kinds of outer wall; auto: one for compass, four for rotating");
}

std::optional<OptionProblem> GridOptions::Check() const {
  if (auto problem = Within("room", room, kRoom)) return problem;
  if (auto problem = Within("view", view, kView)) return problem;
  if (auto problem = Within("colours", colours, kColours)) return problem;
  if (auto problem = Within("picture", picture, kPicture)) return problem;
  if (auto problem = Within("episode", episode, kEpisode)) return problem;
  if (view % 2 == 0) {
    return OptionProblem{
        "view", absl::StrCat("expected an odd number, found ", view)};
  }
  if (!(blocked >= kBlocked.low && blocked <= kBlocked.high)) {
    return OptionProblem{
        "blocked", absl::StrCat("expected ", kBlocked.low, " to ",
                                kBlocked.high, ", found ", blocked)};
  }
  if (room * room - BlockedCells() < 2) {
    return OptionProblem{
        "blocked", absl::StrCat("expected at least 2 free cells, found ",
                                room * room - BlockedCells(), " in a room of ",
                                room * room, " cells")};
  }
  return std::nullopt;
}

int64_t GridOptions::BlockedCells() const {
  return std::llround(blocked * static_cast<double>(room * room));
}

int64_t GridOptions::WallClasses() const {
  if (walls == "auto") return rotating() ? 4 : 1;
  return walls == "four" ? 4 : 1;
}

}  // namespace credo
