#include "sdk/worlds/city.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include <absl/strings/str_cat.h>
#include "sdk/base/number_text.h"
#include "sdk/worlds/byte_stream.h"
#include "sdk/worlds/check_options.h"
#include "sdk/worlds/free_cells.h"
#include "sdk/worlds/grid_palette.h"

namespace credo {
namespace {

// From `map` on, in the order of the spec.
enum : int {
  kMap,
  kSeen,
  kVisible,
  kCell,
  kHeading,
  kAngle,
  kPosition,
  kAbove,
};

// Moves, and where turns are a field of their own: none, left, right.
enum : int { kForward = 0, kLeft = 1, kRight = 2 };

constexpr double kPi = std::numbers::pi;
constexpr double kRadius = 0.2;     // that the character keeps from things
constexpr double kStride = 0.1;     // a way is looked at in so many cells
constexpr float kPersistence = 0.6f;
constexpr float kTurnAway = 0.9f;   // before something
constexpr float kOtherSide = 0.15f;
constexpr float kSway = 0.3f;       // of continuous turns while walking

bool Continuous(const std::string& how) { return how == "continuous"; }

EnvironmentSpec MakeSpec(const CityOptions& options) {
  const int64_t room = options.room;
  EnvironmentSpec spec;
  spec.name = "city";
  spec.observations.push_back(
      ObservationSpec::Picture("view", options.height, options.width, 3));
  if (options.depth) {
    spec.observations.push_back(
        ObservationSpec::Picture("depth", options.height, options.width, 1));
  }
  const auto privileged = [&](const ObservationSpec& observation) {
    spec.observations.push_back(observation.Privileged());
  };
  const int64_t extra = options.has_goal() || options.has_pickups() ? 1 : 0;
  privileged(
      ObservationSpec::Tiles("map", {room, room}, 1 + options.colours + extra));
  privileged(ObservationSpec::Tiles("map.seen", {room, room}, 2));
  privileged(ObservationSpec::Tiles("map.visible", {room, room}, 2));
  privileged(ObservationSpec::Tiles("pose.cell", {1}, room * room));
  privileged(
      ObservationSpec::Tiles("pose.heading", {1}, options.HeadingClasses()));
  privileged(ObservationSpec::Vector("pose.angle", {1}, -kPi, kPi));
  privileged(ObservationSpec::Vector("pose.position", {2}, 0,
                                     static_cast<double>(room)));
  if (options.above > 0) {
    const int64_t pixels = room * options.above;
    privileged(ObservationSpec::Picture("map.picture", pixels, pixels, 3));
  }
  auto& fields = spec.action.fields;
  if (options.one_move()) {
    fields = {ActionField::Discrete("move", 3)};
    return spec;
  }
  fields.push_back(Continuous(options.headings)
                       ? ActionField::Continuous("turn", 1, -1, 1)
                       : ActionField::Discrete("turn", 3));
  fields.push_back(Continuous(options.step)
                       ? ActionField::Continuous("forward", 1, 0, 1)
                       : ActionField::Discrete("forward", 2));
  return spec;
}

int Chosen(const ActionField& field, float word) {
  const auto choices = static_cast<float>(field.choices[0]);
  if (!(word >= 0 && word < choices)) {
    throw std::invalid_argument(absl::StrCat(
        "action '", field.name, "': expected 0 to ", field.choices[0] - 1,
        ", found ", NumberText(word)));
  }
  return static_cast<int>(word);
}

// In [-pi, pi].
double Wrapped(double angle) { return std::remainder(angle, 2 * kPi); }

}  // namespace

Result<std::unique_ptr<Environment>> City::Make(const CityOptions& options) {
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Environment>(new City(options, std::nullopt));
}

Result<std::unique_ptr<Environment>> City::FromText(std::string_view text,
                                                    CityOptions options) {
  CREDO_ASSIGN_OR_RETURN(CityMap map, ParseCityMap(text, options));
  options.room = map.room;
  options.layout = "blocks";
  options.blocked = 0;
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  return std::unique_ptr<Environment>(new City(options, std::move(map)));
}

City::City(const CityOptions& options, std::optional<CityMap> fixed)
    : options_(options),
      fixed_(std::move(fixed)),
      room_(static_cast<int>(options.room)),
      turn_(options.headings == "four" ? kPi / 2 : kPi / 4),
      view_(options),
      spec_(MakeSpec(options)),
      map_index_(spec_.IndexOf("map")),
      palette_(CityPalette(options)),
      seen_(static_cast<size_t>(room_) * room_),
      tiles_(seen_.size()) {}

void City::Reset(uint64_t seed, RecordWriter& out) {
  stream_ = RandomStream(seed, "city");
  if (fixed_) {
    map_ = *fixed_;
  } else {
    Draws draws = stream_.At(0, 0);
    DrawCityMap(options_, draws, map_);
  }
  at_ = {map_.start % room_ + 0.5, map_.start / room_ + 0.5,
         Wrapped(map_.angle)};
  step_ = 0;
  last_turn_ = 1;
  std::fill(seen_.begin(), seen_.end(), uint8_t{0});
  Show(out);
}

std::optional<std::string> City::Progress() const {
  ByteWriter out;
  out.Put(at_.x);
  out.Put(at_.y);
  out.Put(at_.angle);
  out.Put(last_turn_);
  out.Put(step_);
  out.PutBytes(seen_);
  out.PutBytes(map_.items);
  return std::move(out).Take();
}

void City::Resume(std::string_view progress) {
  ByteReader in(progress);
  Eye at;
  if (!in.Get(at.x) || !in.Get(at.y) || !in.Get(at.angle) ||
      !in.Get(last_turn_) || !in.Get(step_) || !in.GetBytes(seen_) ||
      !in.GetBytes(map_.items) || !in.AtEnd() || !(at.x >= 0) ||
      !(at.y >= 0) || !(at.x <= room_) || !(at.y <= room_) || step_ < 0) {
    ThrowNoProgress();
  }
  at_ = at;
}

int City::cell() const {
  return static_cast<int>(at_.y) * room_ + static_cast<int>(at_.x);
}

Eye City::PlaceAfter(double forward) const {
  // Whole and half cells stay on their lattice for ever.
  const auto exact = [this](double value) {
    return Continuous(options_.headings) || Continuous(options_.step)
               ? value
               : std::round(value * 4) / 4;
  };
  return {exact(at_.x + forward * std::sin(at_.angle)),
          exact(at_.y - forward * std::cos(at_.angle)), at_.angle};
}

bool City::IsFree(double x, double y) const {
  if (x < kRadius || y < kRadius || x > room_ - kRadius ||
      y > room_ - kRadius) {
    return false;
  }
  for (const double dy : {-kRadius, kRadius}) {
    for (const double dx : {-kRadius, kRadius}) {
      const int row = std::min(static_cast<int>(y + dy), room_ - 1);
      const int column = std::min(static_cast<int>(x + dx), room_ - 1);
      if (map_.cells[row * room_ + column] != 0) return false;
    }
  }
  return true;
}

bool City::CanWalk(double length) const {
  const double x = std::sin(at_.angle), y = -std::cos(at_.angle);
  for (double part = kStride; part < length; part += kStride) {
    if (!IsFree(at_.x + part * x, at_.y + part * y)) return false;
  }
  const Eye end = PlaceAfter(length);
  return IsFree(end.x, end.y);
}

void City::Turn(double turns) {
  if (turns == 0) return;
  last_turn_ = turns < 0 ? -1.0f : 1.0f;
  double angle = at_.angle + turns * turn_;
  if (!Continuous(options_.headings)) angle = std::round(angle / turn_) * turn_;
  at_.angle = Wrapped(angle);
}

// `length` in steps.
void City::Walk(double length) {
  double cells = options_.step == "cell" ? 1 : 0.5;
  // A diagonal step leads to the next point of the lattice.
  if (options_.headings == "eight" && !Continuous(options_.step) &&
      std::lround(at_.angle / turn_) % 2 != 0) {
    cells *= std::numbers::sqrt2;
  }
  if (length > 0 && CanWalk(length * cells)) {
    at_ = PlaceAfter(length * cells);
  }
}

void City::Step(std::span<const float> action, RecordWriter& out) {
  if (step_ == options_.episode) {
    throw std::logic_error("expected Reset after a last record, found Step");
  }
  const auto& fields = spec_.action.fields;
  double turns = 0, forward = 0;
  if (options_.one_move()) {
    const int move = Chosen(fields[0], action[0]);
    turns = move == kLeft ? -1 : move == kRight ? 1 : 0;
    forward = move == kForward;
  } else {
    if (Continuous(options_.headings)) {
      turns = std::clamp(action[0], -1.0f, 1.0f);
    } else {
      const int turn = Chosen(fields[0], action[0]);
      turns = turn == kLeft ? -1 : turn == kRight ? 1 : 0;
    }
    forward = Continuous(options_.step) ? std::clamp(action[1], 0.0f, 1.0f)
                                        : Chosen(fields[1], action[1]);
  }
  ++step_;
  const int before = cell();
  Turn(turns);
  Walk(forward);
  if (cell() != before) Arrive(out);
  Show(out);
  if (step_ == options_.episode) out.End(Kind::kTruncated);
}

void City::Arrive(RecordWriter& out) {
  uint8_t& item = map_.items[cell()];
  if (item == CityMap::kNothing) return;
  out.SetReward(1);
  if (item == CityMap::kGoal) {
    Respawn();
    return;
  }
  item = CityMap::kNothing;
  if (std::ranges::count(map_.items, CityMap::kPickup) > 0) return;
  Draws draws = stream_.At(0, static_cast<uint64_t>(step_));
  DrawPickups(options_, cell(), draws, map_);
}

void City::Respawn() {
  Draws draws = stream_.At(0, static_cast<uint64_t>(step_));
  const int place = DrawFreeCell(map_.Blocked(), cell(), draws);
  at_ = {place % room_ + 0.5, place / room_ + 0.5, at_.angle};
}

void City::ScriptedAction(Draws& draws, std::span<float> action) const {
  const bool free =
      CanWalk(options_.step == "cell" ? 1 : 0.5);
  const bool walks = draws.Uniform() < (free ? kPersistence : 1 - kTurnAway);
  const float side = draws.Uniform() < kOtherSide ? -last_turn_ : last_turn_;
  const auto turn = static_cast<float>(side < 0 ? kLeft : kRight);
  if (options_.one_move()) {
    action[0] = walks ? static_cast<float>(kForward) : turn;
    return;
  }
  if (Continuous(options_.headings)) {
    action[0] = walks ? kSway * (2 * draws.Uniform() - 1) : side;
  } else {
    action[0] = walks ? 0 : turn;
  }
  action[1] = walks ? 1 : 0;
}

void City::Show(RecordWriter& out) {
  const std::span<uint8_t> visible = out.Bytes(map_index_ + kVisible);
  view_.Draw(map_,
             {at_.x - options_.back * std::sin(at_.angle),
              at_.y + options_.back * std::cos(at_.angle), at_.angle},
             out.Bytes(0),
             options_.depth ? out.Bytes(1) : std::span<uint8_t>(), visible);
  for (size_t at = 0; at < seen_.size(); ++at) seen_[at] |= visible[at];
  out.Put(map_index_ + kSeen, seen_);
  ShowMap(out);
  ShowPose(out);
  if (options_.above > 0) ShowAbove(out);
}

void City::ShowMap(RecordWriter& out) {
  const auto item = static_cast<uint8_t>(1 + options_.colours);
  for (size_t at = 0; at < tiles_.size(); ++at) {
    tiles_[at] =
        map_.items[at] == CityMap::kNothing ? map_.cells[at] : item;
  }
  out.Put(map_index_ + kMap, tiles_);
}

void City::ShowPose(RecordWriter& out) {
  out.Bytes(map_index_ + kCell)[0] = static_cast<uint8_t>(cell());
  const auto classes = static_cast<int>(options_.HeadingClasses());
  const auto nearest =
      static_cast<int>(std::lround(at_.angle / (2 * kPi) * classes));
  out.Bytes(map_index_ + kHeading)[0] =
      static_cast<uint8_t>((nearest + classes) % classes);
  out.Floats(map_index_ + kAngle)[0] =
      std::clamp(static_cast<float>(at_.angle), FiniteBound(-kPi),
                 FiniteBound(kPi));
  const std::span<float> position = out.Floats(map_index_ + kPosition);
  position[0] = static_cast<float>(at_.y);
  position[1] = static_cast<float>(at_.x);
}

// The map with the character: black, and white before it.
void City::ShowAbove(RecordWriter& out) {
  const auto pixels = static_cast<int>(options_.above);
  const std::span<uint8_t> picture = out.Bytes(map_index_ + kAbove);
  PaintTiles(tiles_, room_, pixels, palette_, picture);
  const int side = room_ * pixels;
  const auto dot = [&](const Eye& at, uint8_t shade) {
    const int row = std::clamp(static_cast<int>(at.y * pixels), 0, side - 1);
    const int column = std::clamp(static_cast<int>(at.x * pixels), 0, side - 1);
    std::fill_n(picture.begin() + 3 * (row * side + column), 3, shade);
  };
  const Eye nose{at_.x + 0.3 * std::sin(at_.angle),
                 at_.y - 0.3 * std::cos(at_.angle), 0};
  dot(nose, 255);
  dot(at_, 0);
}

std::vector<Rgb> City::Palette(int index) const {
  if (index == map_index_ + kMap) return palette_;
  return {};
}

std::string City::Text() const {
  return CityMapText(map_, cell(), at_.angle);
}

}  // namespace credo
