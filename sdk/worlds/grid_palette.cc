#include "sdk/worlds/grid_palette.h"

#include <algorithm>

namespace credo {

void PaintTiles(std::span<const uint8_t> tiles, int side, int pixels,
                std::span<const Rgb> palette, std::span<uint8_t> picture) {
  const size_t line = static_cast<size_t>(side) * pixels * 3;
  auto out = picture.begin();
  for (int row = 0; row < side; ++row) {
    const auto first_line = out;
    for (int column = 0; column < side; ++column) {
      const Rgb& rgb = palette[tiles[row * side + column]];
      for (int x = 0; x < pixels; ++x) {
        out = std::copy(rgb.begin(), rgb.end(), out);
      }
    }
    for (int y = 1; y < pixels; ++y) out = std::copy_n(first_line, line, out);
  }
}

}  // namespace credo
