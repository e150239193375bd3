#include "sdk/worlds/grid.h"

#include <algorithm>
#include <array>
#include <numbers>
#include <stdexcept>
#include <utility>

#include <absl/strings/str_cat.h>
#include "sdk/base/number_text.h"
#include "sdk/worlds/byte_stream.h"
#include "sdk/worlds/check_options.h"

namespace credo {
namespace {

// The order of the spec.
enum : int {
  kView,
  kMap,
  kSeen,
  kVisible,
  kCell,
  kHeading,
  kAngle,
  kPosition,
};

// Moves of a rotating character.
enum : int { kForward = 0, kLeft = 1, kRight = 2 };

constexpr float kPersistence = 0.6f;  // of the scripted policy

// North, east, south, west.
constexpr std::array<int, 4> kRowStep = {-1, 0, 1, 0};
constexpr std::array<int, 4> kColumnStep = {0, 1, 0, -1};

constexpr float kPi = std::numbers::pi_v<float>;
constexpr std::array<float, 4> kAngles = {0, kPi / 2, kPi, -kPi / 2};

EnvironmentSpec MakeSpec(const GridOptions& options, bool has_blocked) {
  const int64_t room = options.room;
  const int64_t extra = int64_t{has_blocked} + int64_t{options.has_goal()};
  EnvironmentSpec spec;
  spec.name = "grid";
  if (options.picture > 0) {
    const int64_t pixels = options.view * options.picture;
    spec.observations.push_back(
        ObservationSpec::Picture("view", pixels, pixels, 3));
  } else {
    spec.observations.push_back(ObservationSpec::Tiles(
        "view", {options.view, options.view},
        options.colours + options.WallClasses() + extra));
  }
  const auto privileged = [&](const ObservationSpec& observation) {
    spec.observations.push_back(observation.Privileged());
  };
  privileged(
      ObservationSpec::Tiles("map", {room, room}, options.colours + extra));
  privileged(ObservationSpec::Tiles("map.seen", {room, room}, 2));
  privileged(ObservationSpec::Tiles("map.visible", {room, room}, 2));
  privileged(ObservationSpec::Tiles("pose.cell", {1}, room * room));
  privileged(ObservationSpec::Tiles("pose.heading", {1}, 4));
  privileged(ObservationSpec::Vector("pose.angle", {1}, -std::numbers::pi,
                                     std::numbers::pi));
  privileged(ObservationSpec::Vector("pose.position", {2}, 0,
                                     static_cast<double>(room - 1)));
  spec.action.fields.push_back(
      ActionField::Discrete("move", options.rotating() ? 3 : 4));
  return spec;
}

std::vector<Rgb> MakePalette(const GridOptions& options, bool has_blocked) {
  std::vector<Rgb> palette(kGridColours.begin(),
                           kGridColours.begin() + options.colours);
  palette.insert(palette.end(), kGridWalls.begin(),
                 kGridWalls.begin() + options.WallClasses());
  if (has_blocked) palette.push_back(kGridBlocked);
  if (options.has_goal()) palette.push_back(kGridGoal);
  return palette;
}

// The class of cell content `content` where `first` is the one after the last
// that colours and walls take.
uint8_t ClassOf(uint8_t content, int64_t first, bool has_blocked) {
  if (content == GridMap::kBlocked) return static_cast<uint8_t>(first);
  if (content == GridMap::kGoal) {
    return static_cast<uint8_t>(first + has_blocked);
  }
  return content;
}

}  // namespace

Result<std::unique_ptr<Environment>> Grid::Make(const GridOptions& options) {
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Environment>(new Grid(options, std::nullopt));
}

Result<std::unique_ptr<Environment>> Grid::FromText(std::string_view text,
                                                    GridOptions options) {
  CREDO_ASSIGN_OR_RETURN(GridMap map, ParseGridMap(text, options));
  options.room = map.room;
  options.blocked = 0;
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Environment>(new Grid(options, std::move(map)));
}

Grid::Grid(const GridOptions& options, std::optional<GridMap> fixed)
    : options_(options),
      fixed_(std::move(fixed)),
      room_(static_cast<int>(options.room)),
      side_(static_cast<int>(options.view)),
      radius_(side_ / 2),
      border_(std::max(radius_, 1)),
      pitch_(room_ + 2 * border_),
      rotating_(options.rotating()),
      has_blocked_(fixed_ ? std::count(fixed_->cells.begin(),
                                       fixed_->cells.end(),
                                       GridMap::kBlocked) > 0
                          : options.BlockedCells() > 0),
      spec_(MakeSpec(options, has_blocked_)),
      palette_(MakePalette(options, has_blocked_)),
      tiles_(static_cast<size_t>(pitch_) * pitch_),
      shown_map_(static_cast<size_t>(room_) * room_),
      seen_(shown_map_.size()),
      seen_tiles_(static_cast<size_t>(side_) * side_) {
  // The walls stay for ever.
  const bool four = options.WallClasses() == 4;
  for (int row = 0; row < pitch_; ++row) {
    for (int column = 0; column < pitch_; ++column) {
      const Heading side = row < border_             ? Heading::kNorth
                           : row >= border_ + room_  ? Heading::kSouth
                           : column < border_        ? Heading::kWest
                                                     : Heading::kEast;
      tiles_[row * pitch_ + column] = static_cast<uint8_t>(
          options.colours + (four ? static_cast<int>(side) : 0));
    }
  }
}

void Grid::Reset(uint64_t seed, RecordWriter& out) {
  stream_ = RandomStream(seed, "grid");
  if (fixed_) {
    map_ = *fixed_;
  } else {
    Draws draws = stream_.At(0, 0);
    DrawGridMap(options_, draws, map_);
  }
  Load();
  step_ = 0;
  last_move_ = -1;
  std::fill(seen_.begin(), seen_.end(), uint8_t{0});
  Place(map_.start, map_.heading);
  Show(out);
}

std::optional<std::string> Grid::Progress() const {
  ByteWriter out;
  out.Put(row_);
  out.Put(column_);
  out.Put(heading_);
  out.Put(last_move_);
  out.Put(step_);
  out.PutBytes(seen_);
  return std::move(out).Take();
}

void Grid::Resume(std::string_view progress) {
  ByteReader in(progress);
  int row = 0, column = 0, heading = 0;
  if (!in.Get(row) || !in.Get(column) || !in.Get(heading) ||
      !in.Get(last_move_) || !in.Get(step_) || !in.GetBytes(seen_) ||
      !in.AtEnd() || row < 0 || row >= room_ || column < 0 ||
      column >= room_ || heading < 0 || heading > 3 || step_ < 0) {
    ThrowNoProgress();
  }
  row_ = row;
  column_ = column;
  heading_ = heading;
}

// Takes over the map of a new episode.
void Grid::Load() {
  const int64_t walls = options_.WallClasses();
  goal_ = -1;
  free_cells_.clear();
  for (int cell = 0; cell < room_ * room_; ++cell) {
    const uint8_t content = map_.cells[cell];
    if (content == GridMap::kGoal) {
      goal_ = cell;
    } else if (content != GridMap::kBlocked) {
      free_cells_.push_back(cell);
    }
    shown_map_[cell] = ClassOf(content, options_.colours, has_blocked_);
    tiles_[(cell / room_ + border_) * pitch_ + cell % room_ + border_] =
        ClassOf(content, options_.colours + walls, has_blocked_);
  }
}

void Grid::Place(int cell, Heading heading) {
  row_ = cell / room_;
  column_ = cell % room_;
  heading_ = static_cast<int>(heading);
}

void Grid::Step(std::span<const float> action, RecordWriter& out) {
  if (step_ == options_.episode) {
    throw std::logic_error("expected Reset after a last record, found Step");
  }
  const int choices = rotating_ ? 3 : 4;
  if (!(action[0] >= 0 && action[0] < static_cast<float>(choices))) {
    throw std::invalid_argument(
        absl::StrCat("action 'move': expected 0 to ", choices - 1, ", found ",
                     NumberText(action[0])));
  }
  ++step_;
  last_move_ = static_cast<int>(action[0]);
  if (Move(last_move_) && row_ * room_ + column_ == goal_) {
    out.SetReward(1);
    Respawn();
  }
  Show(out);
  if (step_ == options_.episode) out.End(Kind::kTruncated);
}

// Whether the character now stands on another cell.
bool Grid::Move(int choice) {
  int direction = choice;
  if (rotating_) {
    if (choice == kLeft) heading_ = (heading_ + 3) % 4;
    if (choice == kRight) heading_ = (heading_ + 1) % 4;
    if (choice != kForward) return false;
    direction = heading_;
  }
  if (!FreeTowards(direction)) return false;
  row_ += kRowStep[direction];
  column_ += kColumnStep[direction];
  return true;
}

void Grid::Respawn() {
  Draws draws = stream_.At(0, static_cast<uint64_t>(step_));
  const uint32_t cell =
      draws.Below(static_cast<uint32_t>(free_cells_.size()));
  const auto heading =
      rotating_ ? static_cast<Heading>(draws.Below(4)) : Heading::kNorth;
  Place(free_cells_[cell], heading);
}

bool Grid::FreeTowards(int direction) const {
  const int row = row_ + kRowStep[direction];
  const int column = column_ + kColumnStep[direction];
  return row >= 0 && row < room_ && column >= 0 && column < room_ &&
         map_.free(row * room_ + column);
}

void Grid::ScriptedAction(Draws& draws, std::span<float> action) const {
  action[0] = rotating_ ? ScriptedTurns(draws) : ScriptedCompass(draws);
}

float Grid::ScriptedCompass(Draws& draws) const {
  if (last_move_ >= 0 && FreeTowards(last_move_) &&
      draws.Uniform() < kPersistence) {
    return static_cast<float>(last_move_);
  }
  std::array<int, 4> free;
  uint32_t count = 0;
  for (int move = 0; move < 4; ++move) {
    if (FreeTowards(move)) free[count++] = move;
  }
  // Only a map that was written by hand can wall its character in.
  if (count == 0) return static_cast<float>(draws.Below(4));
  return static_cast<float>(free[draws.Below(count)]);
}

float Grid::ScriptedTurns(Draws& draws) const {
  if (FreeTowards(heading_)) {
    if (draws.Uniform() < kPersistence) return kForward;
    return static_cast<float>(draws.Below(3));
  }
  if (last_move_ == kLeft || last_move_ == kRight) {
    return static_cast<float>(last_move_);
  }
  return static_cast<float>(kLeft + draws.Below(2));
}

void Grid::Show(RecordWriter& out) {
  ShowView(out);
  ShowMasks(out);
  out.Put(kMap, shown_map_);
  out.Bytes(kCell)[0] = static_cast<uint8_t>(row_ * room_ + column_);
  out.Bytes(kHeading)[0] = static_cast<uint8_t>(heading_);
  out.Floats(kAngle)[0] = kAngles[heading_];
  const std::span<float> position = out.Floats(kPosition);
  position[0] = static_cast<float>(row_);
  position[1] = static_cast<float>(column_);
}

void Grid::ShowView(RecordWriter& out) {
  const bool picture = options_.picture > 0;
  uint8_t* view = picture ? seen_tiles_.data() : out.Bytes(kView).data();
  // One cell forward and one to the right, as steps in `tiles_`.
  const int right_of_heading = (heading_ + 1) % 4;
  const int forward = kRowStep[heading_] * pitch_ + kColumnStep[heading_];
  const int right =
      kRowStep[right_of_heading] * pitch_ + kColumnStep[right_of_heading];
  const uint8_t* line = tiles_.data() + (row_ + border_) * pitch_ + column_ +
                        border_ + radius_ * (forward - right);
  for (int i = 0; i < side_; ++i, line -= forward) {
    for (int j = 0; j < side_; ++j) *view++ = line[j * right];
  }
  if (picture) {
    PaintTiles(seen_tiles_, side_, static_cast<int>(options_.picture),
               palette_, out.Bytes(kView));
  }
}

void Grid::ShowMasks(RecordWriter& out) {
  const std::span<uint8_t> visible = out.Bytes(kVisible);
  std::fill(visible.begin(), visible.end(), uint8_t{0});
  const int first_row = std::max(row_ - radius_, 0);
  const int last_row = std::min(row_ + radius_, room_ - 1);
  const int first_column = std::max(column_ - radius_, 0);
  const int last_column = std::min(column_ + radius_, room_ - 1);
  const int width = last_column - first_column + 1;
  for (int row = first_row; row <= last_row; ++row) {
    const int at = row * room_ + first_column;
    std::fill_n(visible.begin() + at, width, uint8_t{1});
    std::fill_n(seen_.begin() + at, width, uint8_t{1});
  }
  out.Put(kSeen, seen_);
}

std::vector<Rgb> Grid::Palette(int index) const {
  if (index == kView && options_.picture == 0) return palette_;
  if (index != kMap) return {};
  // A map shows no walls.
  std::vector<Rgb> palette = palette_;
  const auto walls = palette.begin() + options_.colours;
  palette.erase(walls, walls + options_.WallClasses());
  return palette;
}

std::string Grid::Text() const {
  return GridMapText(map_, row_ * room_ + column_,
                     static_cast<Heading>(heading_), rotating_);
}

}  // namespace credo
