#include "examples/sixty_hz/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace sixty_hz {
namespace {

constexpr int kMargin = 20;
constexpr int kGap = 12;     // between rooms, less when they are small
constexpr int kPanel = 340;  // the width of what is right of the rooms
constexpr int kPitch = 32;   // of the panel's cells
constexpr int kPicture = kPitch * kRoomSide;
constexpr size_t kPast = 85;  // decisions in the strip of values
constexpr float kDim = 0.4f;  // cells out of view

// By the classes of the view.
constexpr std::array<Colour, kViewClasses> kTiles = {{{220, 40, 40},
                                                      {40, 170, 60},
                                                      {40, 70, 220},
                                                      {100, 100, 110},
                                                      {255, 255, 255}}};
constexpr Colour kEmpty = {44, 46, 54};
constexpr Colour kFrame = {240, 220, 50};
constexpr Colour kInk = {0, 0, 0};
constexpr Colour kBar = {120, 130, 160};

Colour Mix(Colour from, Colour to, float share) {
  const auto mixed = [share](uint8_t a, uint8_t b) {
    return static_cast<uint8_t>(std::lround(a + (b - a) * share));
  };
  return {mixed(from.red, to.red), mixed(from.green, to.green),
          mixed(from.blue, to.blue)};
}

// How the rooms are laid out: in as many columns as make them largest.
struct Layout {
  int columns = 1;
  int distance = 0;  // from one room to the next
  int pitch = 1;     // of cells

  explicit Layout(int rooms) {
    const int width = Scene::kWidth - kPanel - 3 * kMargin;
    const int height = Scene::kHeight - 2 * kMargin;
    for (int tried = 1; tried <= rooms; ++tried) {
      const int rows = (rooms + tried - 1) / tried;
      const int fits = std::min((width + kGap) / tried, (height + kGap) / rows);
      if (fits > distance) columns = tried, distance = fits;
    }
    const int gap = std::min(kGap, distance / 6);
    pitch = std::clamp((distance - gap) / kRoomSide, 1, kPitch);
  }
};

// The class of the view that a class of the map is.
int TileOf(int at) { return at == kGoalOnMap ? kGoal : at; }

bool InView(int cell, int from) {
  return std::abs(cell / kRoomSide - from / kRoomSide) <= kViewSide / 2 &&
         std::abs(cell % kRoomSide - from % kRoomSide) <= kViewSide / 2;
}

}  // namespace

credo::Status Scene::Draw(const Crowd& crowd, float between) {
  boxes_.clear();
  credo::Result<Mind> read = crowd.ReadMind(selected_);
  if (!read.ok()) return read.status();
  const Mind& mind = read.value();
  // More pictures than decisions are made: each decision enters once.
  if (crowd.decisions(selected_) != read_) {
    read_ = crowd.decisions(selected_);
    if (past_.size() == kPast) past_.erase(past_.begin());
    past_.push_back({mind.value, crowd.reward(selected_) > 0});
  }

  DrawRooms(crowd, between);
  const Room& room = crowd.room(selected_);
  const int left = kWidth - kMargin - kPanel;
  const int right = left + kPanel - kPicture;
  const int lower = kMargin + kPicture + kMargin;
  DrawRoom(room, left, kMargin, kPitch, between);
  DrawView(room, right, kMargin, kPitch);
  DrawMap(mind.map, left, lower, kPitch);
  DrawPlace(mind.cell, room.cell(), right, lower, kPitch);
  const int strip = lower + kPicture + kMargin;
  DrawValues(left, strip, kPanel, kHeight - kMargin - strip);
  return {};
}

void Scene::Select(const Crowd& crowd, int steps) {
  if (steps == 0) return;
  const int moved = (selected_ + steps) % crowd.size();
  selected_ = moved < 0 ? moved + crowd.size() : moved;
  read_ = 0;
  past_.clear();
}

void Scene::DrawRooms(const Crowd& crowd, float between) {
  const Layout layout(crowd.size());
  const int side = layout.pitch * kRoomSide;
  const int border = std::max(1, (layout.distance - side) / 4);
  for (int row = 0; row < crowd.size(); ++row) {
    const int x = kMargin + row % layout.columns * layout.distance;
    const int y = kMargin + row / layout.columns * layout.distance;
    if (row == selected_) {
      Add(x - border, y - border, side + 2 * border, side + 2 * border, kFrame);
    }
    DrawRoom(crowd.room(row), x, y, layout.pitch, between);
  }
}

void Scene::DrawRoom(const Room& room, int x, int y, int pitch, float between) {
  for (int cell = 0; cell < kCells; ++cell) {
    DrawTile(TileOf(room.At(cell)), InView(cell, room.cell()) ? 1 : kDim,
             x + cell % kRoomSide * pitch, y + cell / kRoomSide * pitch, pitch);
  }
  const auto along = [&](int from, int to) {
    const auto start = static_cast<float>(from);
    const float way = static_cast<float>(to - from) * room.Walked(between);
    return static_cast<int>(std::lround((start + way) * pitch));
  };
  const int u = x + along(room.cell() % kRoomSide, room.target() % kRoomSide);
  const int v = y + along(room.cell() / kRoomSide, room.target() / kRoomSide);
  const int edge = pitch / 6;
  const int inner = pitch / 3;
  Add(u + edge, v + edge, pitch - 2 * edge, pitch - 2 * edge, kInk);
  Add(u + inner, v + inner, pitch - 2 * inner, pitch - 2 * inner, kFrame);
}

void Scene::DrawView(const Room& room, int x, int y, int pitch) {
  Add(x, y, kPicture, kPicture, kEmpty);
  const int edge = (kPicture - kViewSide * pitch) / 2;
  const Room::View view = room.Sight();
  for (int i = 0; i < static_cast<int>(view.size()); ++i) {
    DrawTile(view[i], 1, x + edge + i % kViewSide * pitch,
             y + edge + i / kViewSide * pitch, pitch);
  }
}

void Scene::DrawMap(const std::vector<float>& map, int x, int y, int pitch) {
  Add(x, y, kPicture, kPicture, kEmpty);
  if (map.empty()) return;
  for (int cell = 0; cell < kCells; ++cell) {
    const auto first = map.begin() + cell * kMapClasses;
    const auto likeliest = std::max_element(first, first + kMapClasses);
    const auto side =
        static_cast<int>(std::lround(static_cast<float>(pitch) * *likeliest));
    DrawTile(TileOf(static_cast<int>(likeliest - first)), 1,
             x + cell % kRoomSide * pitch + (pitch - side) / 2,
             y + cell / kRoomSide * pitch + (pitch - side) / 2, side);
  }
}

void Scene::DrawPlace(const std::vector<float>& cells, int truly, int x, int y,
                      int pitch) {
  Add(x, y, kPicture, kPicture, kEmpty);
  if (cells.empty()) return;
  const auto draw = [&](int cell, int edge, Colour colour) {
    Add(x + cell % kRoomSide * pitch + edge,
        y + cell / kRoomSide * pitch + edge, pitch - 2 * edge, pitch - 2 * edge,
        colour);
  };
  for (int cell = 0; cell < kCells; ++cell) {
    if (cell == truly) draw(cell, 0, kFrame);
    draw(cell, cell == truly ? 3 : 1,
         // The root, so that a thin spread over many cells is still seen.
         Mix(kEmpty, kTiles[kGoal],
             std::sqrt(std::clamp(cells[cell], 0.0f, 1.0f))));
  }
}

void Scene::DrawValues(int x, int y, int width, int height) {
  Add(x, y, width, height, kEmpty);
  // The strip's height is the largest value in it, and at least 1 reward.
  float top = 1;
  for (const Decision& past : past_) top = std::max(top, past.value);
  const int step = width / static_cast<int>(kPast);
  for (size_t i = 0; i < past_.size(); ++i) {
    const float share = std::clamp(past_[i].value / top, 0.0f, 1.0f);
    const auto tall =
        static_cast<int>(std::lround(share * static_cast<float>(height)));
    Add(x + static_cast<int>(i) * step, y + height - tall, step - 1, tall,
        past_[i].rewarded ? kTiles[kGoal] : kBar);
  }
}

void Scene::DrawTile(int tile, float light, int x, int y, int side) {
  const Colour colour = Mix(kGround, kTiles[tile], light);
  Add(x, y, side, side, colour);
  // A ring, so that a goal out of view is no wall.
  const int edge = side / 4;
  if (tile == kGoal && edge > 0) {
    Add(x + edge, y + edge, side - 2 * edge, side - 2 * edge, kGround);
  }
}

}  // namespace sixty_hz
