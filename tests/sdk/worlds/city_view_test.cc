// The rays of the world `city` against a slow eye that asks every ray of every
// part of a pixel which of all boxes it meets first.
#include "sdk/worlds/city_view.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <ostream>
#include <string>
#include <vector>

#include "sdk/config/yaml.h"
#include "sdk/worlds/city_palette.h"
#include "sdk/worlds/grid_palette.h"

namespace credo {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr int kParts = 400;  // of a pixel, from its lower to its upper edge

struct Ray {
  double x, y, z;     // from
  double dx, dy, dz;  // per cell ahead
};

struct Hit {
  double distance = kNever;
  char face = ' ';  // x, y or z: what the face is square to
  double leaves = 0;
};

// Where a ray first meets a box from outside.
Hit Meet(const Ray& ray, double x0, double x1, double y0, double y1,
         double z1) {
  Hit hit;
  double enters = 0, leaves = kNever;
  char face = ' ';
  const auto slab = [&](double at, double d, double low, double high, char f) {
    if (d == 0) {
      if (at < low || at > high) leaves = -1;
      return;
    }
    const double a = std::min((low - at) / d, (high - at) / d);
    const double b = std::max((low - at) / d, (high - at) / d);
    if (a > enters) {
      enters = a;
      face = f;
    }
    leaves = std::min(leaves, b);
  };
  slab(ray.x, ray.dx, x0, x1, 'x');
  slab(ray.y, ray.dy, y0, y1, 'y');
  slab(ray.z, ray.dz, 0, z1, 'z');
  if (face == ' ' || enters >= leaves) return hit;
  return {enters, face, leaves};
}

// Where the ray, looked at from above, enters and leaves a square.
std::pair<double, double> Over(const Ray& ray, double x0, double x1, double y0,
                               double y1) {
  const Ray flat{ray.x, ray.y, 0.5, ray.dx, ray.dy, 0};
  const Hit hit = Meet(flat, x0, x1, y0, y1, 1);
  return {hit.distance, hit.leaves};
}

struct Seen {
  city::Colour colour = {};
  int cell = -1;
  double distance = kNever;
};

class SlowEye {
 public:
  SlowEye(const CityOptions& options, const CityMap& map)
      : o_(options), map_(map) {}

  Seen Look(const Ray& ray, double row_middle, double azimuth) const {
    Seen seen;
    Sky(ray, azimuth, seen);
    Walls(ray, seen);
    if (ray.dz < 0) Floor(ray, row_middle, seen);
    for (int cell = 0; cell < map_.room * map_.room; ++cell) {
      const int row = cell / map_.room, column = cell % map_.room;
      if (map_.cells[cell] != 0) {
        const Rgb& rgb = kGridColours[map_.cells[cell] - 1];
        Box(ray, column, column + 1, row, row + 1, o_.block_height,
            {float(rgb[0]), float(rgb[1]), float(rgb[2])}, cell, true, seen);
      }
      if (map_.items[cell] == CityMap::kNothing) continue;
      const double r = CityView::kItemRadius;
      Box(ray, column + .5 - r, column + .5 + r, row + .5 - r, row + .5 + r,
          CityView::kItemHeight,
          map_.items[cell] == CityMap::kGoal ? city::kGoal : city::kPickup,
          cell, false, seen);
    }
    return seen;
  }

 private:
  void Sky(const Ray& ray, double azimuth, Seen& seen) const {
    seen.colour = city::kSky;
    if (o_.compass != "skyline") return;
    double turns = azimuth / (2 * std::numbers::pi);
    turns -= std::floor(turns);
    const int tower = static_cast<int>(turns * city::kTowers) % city::kTowers;
    if (ray.dz < city::kTowerHeights[tower] * std::hypot(ray.dx, ray.dy)) {
      seen.colour = city::kTowerColours[tower / 4];
    }
  }

  void Walls(const Ray& ray, Seen& seen) const {
    const double n = map_.room;
    const double planes[4] = {
        ray.dy < 0 ? -ray.y / ray.dy : kNever,
        ray.dx > 0 ? (n - ray.x) / ray.dx : kNever,
        ray.dy > 0 ? (n - ray.y) / ray.dy : kNever,
        ray.dx < 0 ? -ray.x / ray.dx : kNever};
    int side = 0;
    for (int i = 1; i < 4; ++i) side = planes[i] < planes[side] ? i : side;
    const double t = planes[side], z = ray.z + t * ray.dz;
    if (z > o_.wall_height || z < 0) return;
    const double along =
        side % 2 == 0 ? ray.x + t * ray.dx : ray.y + t * ray.dy;
    seen.colour = Textured(
        city::kWalls[o_.compass == "walls" ? side : city::kPlainWall], along, z,
        t);
    seen.distance = t;
  }

  void Floor(const Ray& ray, double row_middle, Seen& seen) const {
    const double t = ray.z / -ray.dz;
    const double x = ray.x + t * ray.dx, y = ray.y + t * ray.dy;
    if (t >= seen.distance || x < 0 || y < 0 || x >= map_.room ||
        y >= map_.room) {
      return;
    }
    // As bright as in the middle of its row.
    seen.colour = city::Times(
        city::kFloor,
        row_middle < 0 ? city::Fog(float(o_.eye / -row_middle)) : 1);
    seen.cell = int(y) * map_.room + int(x);
    seen.distance = t;
  }

  void Box(const Ray& ray, double x0, double x1, double y0, double y1,
           double high, const city::Colour& colour, int cell, bool textured,
           Seen& seen) const {
    const Hit hit = Meet(ray, x0, x1, y0, y1, high);
    if (hit.distance >= seen.distance) return;
    seen.distance = hit.distance;
    seen.cell = cell;
    if (hit.face == 'z') {
      const auto [enters, leaves] = Over(ray, x0, x1, y0, y1);
      const double at = textured ? (enters + leaves) / 2 : enters;
      seen.colour = city::Times(colour, city::kTop * city::Fog(float(at)));
      return;
    }
    const city::Colour shaded =
        city::Times(colour, hit.face == 'x' ? city::kSide : 1);
    const double along = hit.face == 'x' ? ray.y + hit.distance * ray.dy
                                         : ray.x + hit.distance * ray.dx;
    seen.colour =
        textured ? Textured(shaded, along, ray.z + hit.distance * ray.dz,
                            hit.distance)
                 : city::Times(shaded, city::Fog(float(hit.distance)));
  }

  city::Colour Textured(const city::Colour& colour, double along, double z,
                        double distance) const {
    const city::Colour shaded =
        city::Times(colour, city::Fog(float(distance)));
    if (o_.texture == "plain") return shaded;
    const int across = int(along * city::kChecks);
    const int up = int(z * city::kChecks) + 1;
    return (across + up) % 2 == 0 ? city::Times(shaded, city::kDarkCheck)
                                  : shaded;
  }

  const CityOptions& o_;
  const CityMap& map_;
};

struct ViewCase {
  std::string name;
  std::string yaml;
  friend void PrintTo(const ViewCase& c, std::ostream* out) { *out << c.name; }
};

class CityViewCases : public testing::TestWithParam<ViewCase> {
 protected:
  CityViewCases() {
    const Status read = ReadYaml(GetParam().yaml, "city", {}, options_);
    if (!read.ok()) throw std::runtime_error(read.message());
  }

  CityOptions options_;
};

INSTANTIATE_TEST_SUITE_P(
    Options, CityViewCases,
    testing::Values(
        ViewCase{"City", "{}"}, ViewCase{"LowRoom", "{preset: low_room}"},
        ViewCase{"Maze", "{preset: maze}"},
        ViewCase{"GoalAmongChecks", "{task: goal, texture: checks, back: 0}"},
        ViewCase{"Collect",
                 "{preset: low_room, task: collect, compass: skyline, "
                 "height: 16}"},
        ViewCase{"WideFromAbove",
                 "{eye: 3, field_of_view: 120, bottom: -3, top: 0, back: 0, "
                 "compass: none, block_height: 1.3, texture: checks}"}),
    [](const auto& info) { return info.param.name; });

TEST_P(CityViewCases, SeesWhatASlowEyeSees) {
  CityView view(options_);
  const auto h = static_cast<int>(options_.height);
  const auto w = static_cast<int>(options_.width);
  double worst = 0, sum = 0;
  for (uint32_t n = 0; n < 12; ++n) {
    Draws draws = RandomStream(1, "city_view_test").At(n, 0);
    CityMap map;
    DrawCityMap(options_, draws, map);
    const double angle = n % 3 == 0 ? map.angle : 6.3 * draws.Uniform();
    const double x = map.start % map.room + (n % 3 == 0 ? .5 : draws.Uniform());
    const double y = map.start / map.room + (n % 3 == 0 ? .5 : draws.Uniform());
    std::vector<uint8_t> picture(3 * h * w), depth(h * w),
        visible(map.cells.size());
    view.Draw(map, {x, y, angle}, picture, depth, visible);
    const SlowEye slow(options_, map);
    std::vector<double> shown(map.cells.size());
    const double half =
        std::tan(options_.field_of_view * std::numbers::pi / 360);
    const double tall = (options_.top - options_.bottom) / h;
    for (int column = 0; column < w; ++column) {
      const double side = half * (2 * (column + .5) / w - 1);
      Ray ray{x, y, options_.eye,
              std::sin(angle) + side * std::cos(angle),
              -std::cos(angle) + side * std::sin(angle), 0};
      for (int row = 0; row < h; ++row) {
        const double lower = options_.top - (row + 1) * tall;
        std::array<double, 3> mean = {};
        for (int part = 0; part < kParts; ++part) {
          ray.dz = lower + tall * (part + .5) / kParts;
          const Seen seen = slow.Look(ray, lower + tall / 2,
                                      angle + std::atan(side));
          for (int c = 0; c < 3; ++c) mean[c] += seen.colour[c] / kParts;
          if (seen.cell >= 0) shown[seen.cell] += 1.0 / kParts;
        }
        for (int c = 0; c < 3; ++c) {
          const double off =
              std::fabs(mean[c] - picture[3 * (row * w + column) + c]);
          worst = std::max(worst, off);
          sum += off;
        }
        // Depth is that of the middle of the pixel, which may lie right on an
        // edge.
        double off = 255;
        for (const double beside : {-1e-4, 1e-4}) {
          ray.dz = lower + tall / 2 + beside;
          const double ahead = slow.Look(ray, ray.dz, 0).distance;
          off = std::min(
              off, std::fabs(depth[row * w + column] - 255 / (1 + ahead)));
        }
        EXPECT_LT(off, 1.01) << n << " " << row << " " << column;
      }
    }
    // What is shown by about as much as counts may go either way.
    for (size_t cell = 0; cell < shown.size(); ++cell) {
      const bool here =
          static_cast<int>(cell) == int(y) * map.room + int(x);
      if (std::fabs(shown[cell] - CityView::kLeastPixels) < .02) continue;
      EXPECT_EQ(visible[cell] != 0,
                here || shown[cell] > CityView::kLeastPixels)
          << n << " cell " << cell << ": " << shown[cell] << " pixels";
    }
  }
  // Rounding to whole intensities, and parts of pixels.
  EXPECT_LT(worst, 3);
  EXPECT_LT(sum / (12 * 3 * h * w), .5);
}

}  // namespace
}  // namespace credo
