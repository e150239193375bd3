#include "sdk/worlds/city_options.h"

#include <cmath>

#include <absl/strings/str_cat.h>
#include "sdk/worlds/free_cells.h"

namespace credo {
namespace {

constexpr IntRange kRoom = {3, kMaxRoom};
constexpr IntRange kColours = {1, CityOptions::kMaxColours};
constexpr IntRange kPixels = {4, 256};
constexpr IntRange kPickups = {1, 32};
constexpr IntRange kAbove = {0, 16};
constexpr IntRange kEpisode = {1, 1000000000};
constexpr RealRange kBlocked = {0, 0.6};
constexpr RealRange kHeight = {0.05, 10};
constexpr RealRange kTangent = {-4, 4};
constexpr RealRange kBack = {0, 0.45};
constexpr RealRange kField = {20, 140};

// Checks ranges of options that no YAML reader has seen.
class RangeCheck : public FieldVisitor {
 public:
  const std::optional<OptionProblem>& problem() const { return problem_; }

  void Bool(const char*, bool&, const Meaning&) override {}
  void Int(const char* key, int64_t& value, IntRange range,
           const Meaning&) override {
    if (value < range.low || value > range.high) {
      Note(key, absl::StrCat("expected ", range.low, " to ", range.high,
                             ", found ", value));
    }
  }
  void Real(const char* key, double& value, RealRange range,
            const Meaning&) override {
    if (!(value >= range.low && value <= range.high)) {
      Note(key, absl::StrCat("expected ", range.low, " to ", range.high,
                             ", found ", value));
    }
  }
  void Choice(const char* key, std::string& value,
              const std::vector<std::string>& allowed,
              const Meaning&) override {
    for (const std::string& word : allowed) {
      if (word == value) return;
    }
    Note(key, absl::StrCat("found '", value, "'"));
  }
  void Text(const char*, std::string&, const Meaning&) override {}
  void Ints(const char*, std::vector<int64_t>&, IntRange,
            const Meaning&) override {}
  void Texts(const char*, std::vector<std::string>&, const Meaning&) override {}
  void Group(const char*, Options&, const Meaning&) override {}
  void Part(const char*, Selection&, const PartCatalog&,
            const Meaning&) override {}
  void Parts(const char*, std::vector<Selection>&, const PartCatalog&,
             const Meaning&) override {}

 private:
  void Note(const char* key, std::string message) {
    if (!problem_) problem_ = OptionProblem{key, std::move(message)};
  }

  std::optional<OptionProblem> problem_;
};

}  // namespace

void CityOptions::Visit(FieldVisitor& v) {
  v.Choice("preset", preset, {"city", "low_room", "maze"},
           "what all other keys are unless they are given; city: blocks that "
           "hide each other below higher walls; low_room: blocks to look over; "
           "maze: corridors below a skyline");
  if (preset != applied_) Apply();
  v.Int("room", room, kRoom, "cells along each side of the room");
  v.Choice("layout", layout, {"blocks", "maze"},
           "blocks: scattered, free cells hang together; maze: corridors one "
           "cell wide; `room` is odd");
  v.Real("blocked", blocked, kBlocked, "share of the cells with blocks");
  v.Int("colours", colours, kColours, "colours that a block may have");
  v.Real("block_height", block_height, kHeight, "of blocks, in cells");
  v.Real("wall_height", wall_height, kHeight, "of the outer walls, in cells");
  v.Choice("compass", compass, {"walls", "skyline", "none"},
           "what tells directions apart; walls: four greys; skyline: towers "
           "beyond the walls");
  v.Choice("texture", texture, {"plain", "checks"}, "of blocks and walls");
  v.Choice("task", task, {"explore", "goal", "collect"},
           "explore: no reward; goal: 1 for each arrival at a pillar, after "
           "which the character goes on elsewhere; collect: 1 for each pickup");
  v.Int("pickups", pickups, kPickups, "of task collect, at a time");
  v.Int("episode", episode, kEpisode, "decisions per episode");
  v.Int("height", height, kPixels, "rows of the picture");
  v.Int("width", width, kPixels, "columns of the picture");
  v.Real("field_of_view", field_of_view, kField,
         "horizontal, in degrees");
  v.Real("eye", eye, kHeight, "height of the eye, in cells");
  v.Real("back", back, kBack,
         "cells by which the eye is behind the character's place, so that a "
         "wall in front of it is more than one colour; whole-cell steps only");
  v.Real("top", top, kTangent,
         "tangent of the angle between the horizon and the upper edge");
  v.Real("bottom", bottom, kTangent,
         "tangent of the angle between the horizon and the lower edge");
  v.Bool("depth", depth,
         "a second picture: 255 / (1 + distance ahead in cells); 0: the sky");
  v.Int("above", above, kAbove,
        "pixels per cell of the privileged picture from above; 0: none");
  v.Choice("headings", headings, {"four", "eight", "continuous"},
           "directions that the character may face");
  v.Choice("step", step, {"cell", "half", "continuous"},
           "how far a step goes; continuous: up to half a cell");
}

void CityOptions::Apply() {
  const std::string name = preset;
  *this = CityOptions();
  preset = applied_ = name;
  if (name == "low_room") {
    room = 4;
    blocked = 0.25;
    block_height = 0.3;
    wall_height = 1.5;
    episode = 64;
    height = 8;
    eye = 1.0;
    back = 0;
    top = 0.2;
    bottom = -1;
  } else if (name == "maze") {
    room = 7;
    layout = "maze";
    wall_height = 1.0;
    compass = "skyline";
    texture = "checks";
    episode = 128;
    height = 24;
    width = 24;
    top = 1;
    bottom = -1;
  }
}

std::optional<OptionProblem> CityOptions::Check() const {
  CityOptions copy = *this;
  RangeCheck ranges;
  copy.Visit(ranges);
  if (ranges.problem()) return ranges.problem();
  if (top <= bottom) {
    return OptionProblem{"top", absl::StrCat("expected more than bottom (",
                                             bottom, "), found ", top)};
  }
  if (wall_height < block_height) {
    return OptionProblem{
        "wall_height", absl::StrCat("expected at least block_height (",
                                    block_height, "), found ", wall_height)};
  }
  // The eye stays in the character's cell, which is free.
  if (back > 0 && (step != "cell" || headings == "continuous")) {
    return OptionProblem{
        "back", absl::StrCat("expected 0 with headings ", headings,
                             " and step ", step, ", found ", back)};
  }
  if (layout == "maze" && room % 2 == 0) {
    return OptionProblem{
        "room", absl::StrCat("expected an odd number in a maze, found ", room)};
  }
  // A maze of n x n places has n * n - 1 openings between them.
  const int64_t places = (room + 1) / 2;
  const int64_t free = layout == "maze" ? 2 * places * places - 1
                                        : room * room - BlockedCells();
  const int64_t needed = 2 + (has_pickups() ? pickups : 0);
  if (free < needed) {
    return OptionProblem{
        "room", absl::StrCat("expected at least ", needed,
                             " free cells, found ", free, " in a room of ",
                             room * room, " cells")};
  }
  return std::nullopt;
}

int64_t CityOptions::BlockedCells() const {
  return std::llround(blocked * static_cast<double>(room * room));
}

}  // namespace credo
