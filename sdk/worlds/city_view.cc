#include "sdk/worlds/city_view.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

#include "sdk/worlds/city_palette.h"
#include "sdk/worlds/grid_palette.h"

namespace credo {
namespace {

using city::Colour;
using city::Fog;
using city::kChecks;
using city::kDarkCheck;
using city::kFloor;
using city::kGoal;
using city::kPickup;
using city::kPlainWall;
using city::kSide;
using city::kSky;
using city::kTop;
using city::kTowerColours;
using city::kTowerHeights;
using city::kTowers;
using city::kWalls;
using city::Times;

constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kFar = std::numeric_limits<float>::infinity();

Colour FromRgb(const Rgb& rgb) {
  return {static_cast<float>(rgb[0]), static_cast<float>(rgb[1]),
          static_cast<float>(rgb[2])};
}

uint8_t ToByte(float value) { return static_cast<uint8_t>(value + 0.5f); }

Rgb ToRgb(const Colour& colour) {
  return {ToByte(colour[0]), ToByte(colour[1]), ToByte(colour[2])};
}

// `sum` and a part of `colour`.
Colour Plus(const Colour& sum, const Colour& colour, float part) {
  return {sum[0] + part * colour[0], sum[1] + part * colour[1],
          sum[2] + part * colour[2]};
}

// A colour as a pixel of a column: red in the lowest of its bytes.
uint32_t ToPixel(const Colour& colour) {
  return uint32_t{ToByte(colour[0])} | uint32_t{ToByte(colour[1])} << 8 |
         uint32_t{ToByte(colour[2])} << 16;
}

}  // namespace

struct CityView::Column {
  // The ray: per cell ahead.
  float dx = 0;
  float dy = 0;
  int number = 0;
  // Painted up to here, in pixels from the lower edge; of the row that is only
  // partly painted, what it got so far.
  float done = 0;
  Colour partial = {};
  // While only floor was met nothing is painted: it is there before.
  bool bare = true;
  // Rows from .. to - 1 of `pixels` [H], from the lower edge, are painted.
  int from = 0;
  int to = 0;
  uint32_t* pixels = nullptr;
  // Of these, the most that were painted at once have one colour. They are put
  // into `pixels` last, as far as they are needed there.
  int even_from = 0;
  int even_to = 0;
  uint32_t even = 0;
  uint8_t* depth_bottom = nullptr;  // of the depth, or null
};

CityView::CityView(const CityOptions& options)
    : room_(static_cast<int>(options.room)),
      height_(static_cast<int>(options.height)),
      width_(static_cast<int>(options.width)),
      checks_(options.texture == "checks"),
      walls_differ_(options.compass == "walls"),
      skyline_(options.compass == "skyline"),
      eye_(static_cast<float>(options.eye)),
      bottom_(static_cast<float>(options.bottom)),
      block_height_(static_cast<float>(options.block_height)),
      wall_height_(static_cast<float>(options.wall_height)),
      scale_(static_cast<float>(static_cast<double>(options.height) /
                                (options.top - options.bottom))),
      coverage_(options.room * options.room) {
  const double half =
      std::tan(options.field_of_view / 2 * std::numbers::pi / 180);
  for (int column = 0; column < width_; ++column) {
    const double sideways = half * (2 * (column + 0.5) / width_ - 1);
    sideways_.push_back(static_cast<float>(sideways));
    length_.push_back(static_cast<float>(std::sqrt(1 + sideways * sideways)));
    turn_.push_back(static_cast<float>(std::atan(sideways)));
  }
  for (int row = 0; row < height_; ++row) {
    const auto tangent = static_cast<float>(
        options.bottom + (row + 0.5) / static_cast<double>(scale_));
    tangents_.push_back(tangent);
    const Colour floor =
        Times(kFloor, tangent < 0 ? Fog(eye_ / -tangent) : 1.0f);
    floor_.push_back(floor);
    empty_column_.push_back(ToPixel(tangent < 0 ? floor : kSky));
    if (tangent < 0) horizon_ = row + 1;
  }
  for (int row = height_ - 1; row >= 0; --row) {
    const uint32_t pixel = empty_column_[row];
    for (int n = 0; n < width_; ++n) {
      for (int c = 0; c < 3; ++c) {
        empty_.push_back(static_cast<uint8_t>(pixel >> 8 * c));
      }
    }
  }
  for (auto& pixels : pixels_) pixels.resize(height_);
}

// The height in the picture, in pixels, of what is `z` cells high.
inline float CityView::Height(float z, float distance) const {
  return ((z - eye_) / distance - bottom_) * scale_;
}

void CityView::Draw(const CityMap& map, const Eye& eye,
                    std::span<uint8_t> picture, std::span<uint8_t> depth,
                    std::span<uint8_t> visible) {
  std::fill(coverage_.begin(), coverage_.end(), 0.0f);
  std::copy(empty_.begin(), empty_.end(), picture.begin());
  const auto ahead_x = static_cast<float>(std::sin(eye.angle));
  const auto ahead_y = static_cast<float>(-std::cos(eye.angle));
  for (int first = 0; first < width_; first += kTogether) {
    std::array<Column, kTogether> columns;
    const int count = std::min(kTogether, width_ - first);
    for (int i = 0; i < count; ++i) {
      Column& column = columns[i];
      column.number = first + i;
      column.dx = ahead_x - sideways_[column.number] * ahead_y;
      column.dy = ahead_y + sideways_[column.number] * ahead_x;
      column.pixels = pixels_[i].data();
      if (!depth.empty()) {
        column.depth_bottom =
            depth.data() + (height_ - 1) * width_ + column.number;
      }
      Trace(map, eye, column);
    }
    Put(std::span(columns).first(count), picture);
  }
  const int room = map.room;
  for (int cell = 0; cell < room * room; ++cell) {
    visible[cell] = coverage_[cell] >= kLeastPixels;
  }
  visible[static_cast<int>(eye.y) * room + static_cast<int>(eye.x)] = 1;
}

template <typename InRow, typename Fill>
inline void CityView::PaintRows(float to, int cell, Column& column,
                                const InRow& in_row, const Fill& fill) {
  to = std::min(to, static_cast<float>(height_));
  if (!(to > column.done)) return;
  if (cell >= 0) coverage_[cell] += to - column.done;
  auto row = static_cast<int>(column.done);
  if (column.bare) {
    column.bare = false;
    column.from = row;
    column.partial =
        Plus({}, floor_[row], column.done - static_cast<float>(row));
  }
  // The rest of a row that was begun, whole rows, the beginning of one.
  if (column.done > static_cast<float>(row)) {
    const auto end = static_cast<float>(row + 1);
    const float part = std::min(end, to) - column.done;
    const Colour sum = Plus(column.partial, in_row(row), part);
    if (to < end) {
      column.partial = sum;
      column.done = to;
      return;
    }
    column.pixels[row] = ToPixel(sum);
    column.done = end;
    ++row;
  }
  const auto whole = static_cast<int>(to);
  if (row < whole) {
    fill(row, whole);
    row = whole;
    column.done = static_cast<float>(row);
  }
  if (to > column.done) {
    column.partial = Plus({}, in_row(row), to - column.done);
    column.done = to;
  }
}

inline void CityView::Paint(float to, const Colour& colour, int cell,
                            Column& column) {
  PaintRows(
      to, cell, column, [&](int) -> const Colour& { return colour; },
      [&](int from, int end) {
        const uint32_t pixel = ToPixel(colour);
        if (end - from <= column.even_to - column.even_from) {
          std::fill(column.pixels + from, column.pixels + end, pixel);
          return;
        }
        std::fill(column.pixels + column.even_from,
                  column.pixels + column.even_to, column.even);
        column.even_from = from;
        column.even_to = end;
        column.even = pixel;
      });
}

// As Paint, with the floor, which is as bright in each row as in its middle.
inline void CityView::PaintFloor(float to, int cell, Column& column) {
  if (column.bare) {
    to = std::min(to, static_cast<float>(height_));
    if (!(to > column.done)) return;
    coverage_[cell] += to - column.done;
    column.done = to;
    return;
  }
  PaintRows(
      to, cell, column,
      [&](int row) -> const Colour& { return floor_[row]; },
      [&](int from, int end) {
        std::copy(empty_column_.begin() + from, empty_column_.begin() + end,
                  column.pixels + from);
      });
}

inline void CityView::PaintDepth(float to, float level, float distance,
                                 Column& column) {
  if (column.depth_bottom == nullptr) return;
  to = std::min(to, static_cast<float>(height_));
  for (int row = std::max(0, static_cast<int>(std::ceil(column.done - 0.5f)));
       static_cast<float>(row) + 0.5f < to; ++row) {
    const float ahead =
        level >= 0 ? (level - eye_) / tangents_[row]
                   : distance;
    column.depth_bottom[-row * width_] = ToByte(255 / (1 + ahead));
  }
}

// From cell to cell as Amanatides and Woo 1987 ("A Fast Voxel Traversal
// Algorithm for Ray Tracing").
void CityView::Trace(const CityMap& map, const Eye& eye, Column& column) {
  const int room = map.room;
  const auto x = static_cast<float>(eye.x);
  const auto y = static_cast<float>(eye.y);
  int cell_x = static_cast<int>(x);
  int cell_y = static_cast<int>(y);
  const int step_x = column.dx > 0 ? 1 : -1;
  const int step_y = column.dy > 0 ? 1 : -1;
  const float per_x = column.dx != 0 ? std::fabs(1 / column.dx) : kFar;
  const float per_y = column.dy != 0 ? std::fabs(1 / column.dy) : kFar;
  const auto first = [](float at, int cell, int step, float per) {
    const float left = step > 0 ? static_cast<float>(cell + 1) - at
                                : at - static_cast<float>(cell);
    return per == kFar ? kFar : left * per;
  };
  float next_x = first(x, cell_x, step_x, per_x);
  float next_y = first(y, cell_y, step_y, per_y);
  float entered = 0;
  bool through_x = false;  // the border that was crossed last
  const auto top = static_cast<float>(height_);
  while (column.done < top) {
    const int cell = cell_y * room + cell_x;
    const float leaves = std::min(next_x, next_y);
    const uint8_t block = map.cells[cell];
    if (block != 0) {
      const float along =
          through_x ? y + entered * column.dy : x + entered * column.dx;
      const Colour colour = FromRgb(kGridColours[block - 1]);
      PaintFace(Times(colour, through_x ? kSide : 1.0f), block_height_, entered,
                along, cell, column);
      if (block_height_ >= eye_) break;
      const float to = Height(block_height_, leaves);
      PaintDepth(to, block_height_, 0, column);
      Paint(to, Times(colour, kTop * Fog((entered + leaves) / 2)), cell,
            column);
    } else {
      if (map.items[cell] != CityMap::kNothing) {
        PaintItem(map, eye, cell, entered, leaves, column);
      }
      const float to = Height(0, leaves);
      PaintDepth(to, 0, 0, column);
      PaintFloor(to, cell, column);
    }
    through_x = next_x < next_y;
    entered = leaves;
    if (through_x) {
      cell_x += step_x;
      next_x += per_x;
    } else {
      cell_y += step_y;
      next_y += per_y;
    }
    if (cell_x < 0 || cell_x >= room || cell_y < 0 || cell_y >= room) break;
  }
  PaintWall(eye, column);
  PaintSky(eye, column);
}

// A goal or pickup: a small box in the middle of its cell, with the floor
// before it.
void CityView::PaintItem(const CityMap& map, const Eye& eye, int cell,
                         float from, float to, Column& column) {
  const float middle_x = static_cast<float>(cell % map.room) + 0.5f;
  const float middle_y = static_cast<float>(cell / map.room) + 0.5f;
  float enters = from, leaves = to;
  bool through_x = false;
  const auto clip = [&](float at, float d, float middle, bool is_x) {
    if (d == 0) {
      if (std::fabs(at - middle) > kItemRadius) leaves = -1;
      return;
    }
    float a = (middle - kItemRadius - at) / d;
    float b = (middle + kItemRadius - at) / d;
    if (a > b) std::swap(a, b);
    if (a > enters) {
      enters = a;
      through_x = is_x;
    }
    leaves = std::min(leaves, b);
  };
  clip(static_cast<float>(eye.x), column.dx, middle_x, true);
  clip(static_cast<float>(eye.y), column.dy, middle_y, false);
  // Nothing is seen of what the eye is in.
  if (leaves <= enters || enters <= from) return;
  const float before = Height(0, enters);
  PaintDepth(before, 0, 0, column);
  PaintFloor(before, cell, column);
  const Colour& colour =
      map.items[cell] == CityMap::kGoal ? kGoal : kPickup;
  const float face = Height(kItemHeight, enters);
  PaintDepth(face, -1, enters, column);
  Paint(face, Times(colour, (through_x ? kSide : 1.0f) * Fog(enters)), cell,
        column);
  if (kItemHeight >= eye_) return;
  const float lid = Height(kItemHeight, leaves);
  PaintDepth(lid, kItemHeight, 0, column);
  Paint(lid, Times(colour, kTop * Fog(enters)), cell, column);
}

// An upright face up to `height`; `along`: where the ray meets it, in cells.
inline void CityView::PaintFace(const Colour& colour, float height,
                                float distance, float along, int cell,
                                Column& column) {
  const Colour shaded = Times(colour, Fog(distance));
  const float to = Height(height, distance);
  PaintDepth(to, -1, distance, column);
  if (!checks_) {
    Paint(to, shaded, cell, column);
    return;
  }
  const int across = static_cast<int>(along * kChecks);
  const Colour dark = Times(shaded, kDarkCheck);
  const int checks = static_cast<int>(std::ceil(height * kChecks));
  for (int up = 1; up <= checks; ++up) {
    const float z = std::min(static_cast<float>(up) / kChecks, height);
    Paint(Height(z, distance), (across + up) % 2 == 0 ? dark : shaded, cell,
          column);
  }
}

inline void CityView::PaintWall(const Eye& eye, Column& column) {
  const auto room = static_cast<float>(room_);
  const auto x = static_cast<float>(eye.x);
  const auto y = static_cast<float>(eye.y);
  const float to_x = column.dx > 0   ? (room - x) / column.dx
                     : column.dx < 0 ? -x / column.dx
                                     : kFar;
  const float to_y = column.dy > 0   ? (room - y) / column.dy
                     : column.dy < 0 ? -y / column.dy
                                     : kFar;
  const float distance = std::min(to_x, to_y);
  const int side = to_y < to_x ? (column.dy < 0 ? 0 : 2)
                               : (column.dx > 0 ? 1 : 3);
  const float along =
      to_y < to_x ? x + distance * column.dx : y + distance * column.dy;
  PaintFace(kWalls[walls_differ_ ? side : kPlainWall],
            wall_height_, distance,
            std::max(along, 0.0f), -1, column);
}

inline void CityView::PaintSky(const Eye& eye, Column& column) {
  PaintDepth(static_cast<float>(height_), -1, kFar, column);
  if (skyline_) {
    float turns = (static_cast<float>(eye.angle) + turn_[column.number]) /
                  (2 * kPi);
    turns -= std::floor(turns);
    const int tower =
        std::min(static_cast<int>(turns * kTowers), kTowers - 1);
    const float to = (kTowerHeights[tower] * length_[column.number] -
                      bottom_) *
                     scale_;
    Paint(to, kTowerColours[tower / 4], -1, column);
  }
  // Above the horizon it is there before.
  if (column.bare) column.from = static_cast<int>(column.done);
  column.to = std::max(static_cast<int>(std::ceil(column.done)), horizon_);
  Paint(static_cast<float>(column.to), kSky, -1, column);
}

// Rows first .. last - 1 of four columns; `bottom`: where row 0 of them is.
void CityView::PutFour(std::span<const Column> columns, int first, int last,
                       int line, uint8_t* bottom) {
  const uint32_t* const p0 = columns[0].pixels;
  const uint32_t* const p1 = columns[1].pixels;
  const uint32_t* const p2 = columns[2].pixels;
  const uint32_t* const p3 = columns[3].pixels;
  uint8_t* pixel = bottom - first * line;
  for (int row = first; row < last; ++row, pixel -= line) {
    const uint64_t low = uint64_t{p0[row]} | uint64_t{p1[row]} << 24 |
                         uint64_t{p2[row]} << 48;
    const uint32_t high = p2[row] >> 16 | p3[row] << 8;
    std::memcpy(pixel, &low, sizeof(low));
    std::memcpy(pixel + sizeof(low), &high, sizeof(high));
  }
}

void CityView::Put(std::span<const Column> columns,
                   std::span<uint8_t> picture) {
  int from = height_;
  int to = 0;
  for (const Column& column : columns) {
    from = std::min(from, column.from);
    to = std::max(to, column.to);
  }
  for (const Column& column : columns) {
    const auto empty = empty_column_.begin();
    std::copy(empty + from, empty + column.from, column.pixels + from);
    std::copy(empty + column.to, empty + to, column.pixels + column.to);
  }
  const int line = 3 * width_;
  uint8_t* const bottom = picture.data() + (height_ - 1) * line +
                          3 * columns.front().number;
  const auto put = [&](int first, int last) {
    size_t i = 0;
    for (; i + 4 <= columns.size(); i += 4) {
      PutFour(columns.subspan(i), first, last, line, bottom + 3 * i);
    }
    for (; i < columns.size(); ++i) {
      for (int row = first; row < last; ++row) {
        std::memcpy(bottom - row * line + 3 * i, columns[i].pixels + row, 3);
      }
    }
  };
  // Columns that stand before one wall have as many rows of one colour.
  int even_from = from;
  int even_to = to;
  for (const Column& column : columns) {
    even_from = std::max(even_from, column.even_from);
    even_to = std::min(even_to, column.even_to);
  }
  const bool is_even = even_from < even_to && columns.size() == kTogether;
  if (!is_even) even_from = even_to = to;
  for (const Column& column : columns) {
    const int below = std::min(even_from + 1, column.even_to);
    const int above = std::max(even_to, column.even_from);
    for (int row = column.even_from; row < below; ++row) {
      column.pixels[row] = column.even;
    }
    for (int row = above; row < column.even_to; ++row) {
      column.pixels[row] = column.even;
    }
  }
  if (!is_even) {
    put(from, to);
    return;
  }
  put(from, even_from + 1);
  const uint8_t* const even = bottom - even_from * line;
  for (int row = even_from + 1; row < even_to; ++row) {
    std::memcpy(bottom - row * line, even, 3 * kTogether);
  }
  put(even_to, to);
}

std::vector<Rgb> CityPalette(const CityOptions& options) {
  std::vector<Rgb> palette = {ToRgb(kFloor)};
  palette.insert(palette.end(), kGridColours.begin(),
                 kGridColours.begin() + options.colours);
  if (options.has_goal()) palette.push_back(ToRgb(kGoal));
  if (options.has_pickups()) palette.push_back(ToRgb(kPickup));
  return palette;
}

}  // namespace credo
