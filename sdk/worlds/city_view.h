// What the eye sees in the world `city`: a ray through the middle of each
// column of pixels, from cell to cell.
//
// Everything stands on the floor, so what a ray has met so far hides all below
// one height of the picture: a column is painted from its lower edge upwards,
// each row shared out exactly between what covers it. Across a column nothing
// is shared out.
//
// Floor below the horizon and sky above it are there before: a column paints
// what stands between them.
//
// Coordinates: x to the east, y to the south, in cells, (0, 0) the north-west
// corner of the room; angles in radians, clockwise from north.
#ifndef CREDO_SDK_WORLDS_CITY_VIEW_H_
#define CREDO_SDK_WORLDS_CITY_VIEW_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sdk/base/rgb.h"
#include "sdk/worlds/city_map.h"
#include "sdk/worlds/city_options.h"
#include "sdk/worlds/city_palette.h"

namespace credo {

struct Eye {
  double x = 0;
  double y = 0;
  double angle = 0;
};

class CityView {
 public:
  explicit CityView(const CityOptions& options);

  // picture [H, W, 3]; depth [H, W], or empty when it is not wanted. Writes 1
  // into `visible` [room, room] for each cell of which the picture shows at
  // least kLeastPixels: its floor, its block or what stands in it; 0 for
  // others. REQUIRES: the eye is over a free cell of the room.
  void Draw(const CityMap& map, const Eye& eye, std::span<uint8_t> picture,
            std::span<uint8_t> depth, std::span<uint8_t> visible);

  static constexpr float kLeastPixels = 0.25f;
  // Half the side of a goal or a pickup, and their height.
  static constexpr float kItemRadius = 0.2f;
  static constexpr float kItemHeight = 0.35f;

 private:
  // A ray through one column, and how far up it is painted.
  struct Column;
  // Columns that are painted upright, side by side, before rows of the picture
  // take them: bytes that lie together are written together.
  static constexpr int kTogether = 8;

  float Height(float z, float distance) const;
  void Trace(const CityMap& map, const Eye& eye, Column& column);
  void PaintItem(const CityMap& map, const Eye& eye, int cell, float from,
                 float to, Column& column);
  void PaintFace(const city::Colour& colour, float height, float distance,
                 float along, int cell, Column& column);
  void PaintWall(const Eye& eye, Column& column);
  void PaintSky(const Eye& eye, Column& column);
  // Up to `to`, in pixels from the lower edge.
  void Paint(float to, const city::Colour& colour, int cell, Column& column);
  void PaintFloor(float to, int cell, Column& column);
  // `in_row`: the colour in each row; `fill`: gives whole rows theirs.
  template <typename InRow, typename Fill>
  void PaintRows(float to, int cell, Column& column, const InRow& in_row,
                 const Fill& fill);
  void Put(std::span<const Column> columns, std::span<uint8_t> picture);
  static void PutFour(std::span<const Column> columns, int first, int last,
                      int line, uint8_t* bottom);
  // `level`: the height of a level surface; below 0 an upright one that is
  // `distance` ahead.
  void PaintDepth(float to, float level, float distance, Column& column);

  const int room_;
  const int height_;
  const int width_;
  const bool checks_;
  const bool walls_differ_;
  const bool skyline_;
  const float eye_;
  const float bottom_;
  const float block_height_;
  const float wall_height_;
  const float scale_;                 // pixels per tangent
  std::vector<float> sideways_;       // [W]: of a ray, per cell ahead
  std::vector<float> length_;         // [W]: of a ray, per cell ahead
  std::vector<float> turn_;           // [W]: its angle to the heading
  std::vector<city::Colour> floor_;   // [H], from the lower edge
  int horizon_ = 0;                   // rows below it, from the lower edge
  std::vector<uint8_t> empty_;        // [H, W, 3]: floor and sky alone
  std::vector<uint32_t> empty_column_;  // [H] of them, from the lower edge
  std::array<std::vector<uint32_t>, kTogether> pixels_;  // [H] of a column
  std::vector<float> tangents_;       // [H] of the middles of rows
  std::vector<float> coverage_;       // [room * room], in pixels
};

// The colour that people and pictures from above give each class of a map:
// free, the blocks, then the goal or the pickup.
std::vector<Rgb> CityPalette(const CityOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CITY_VIEW_H_
