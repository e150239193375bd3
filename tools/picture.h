// A picture that is put together from rectangles and other pictures.
#ifndef CREDO_TOOLS_PICTURE_H_
#define CREDO_TOOLS_PICTURE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "sdk/base/rgb.h"

namespace credo {

class Picture {
 public:
  // All pixels of one colour. REQUIRES: width, height >= 0.
  Picture(int width, int height, Rgb background = {255, 255, 255});

  int width() const { return width_; }
  int height() const { return height_; }
  // [height, width, 3], row by row.
  std::span<const uint8_t> pixels() const { return pixels_; }

  // Both cut off what lies outside.
  void Fill(int x, int y, int width, int height, Rgb colour);
  void Paste(const Picture& other, int x, int y);
  // Each pixel as a square of `times` pixels.
  Picture Enlarged(int times) const;

 private:
  int width_;
  int height_;
  std::vector<uint8_t> pixels_;
};

// Cells in rows, each in a column, with gaps of `gap` pixels between and
// around. Cells may differ in size; rows are as high and columns as wide as
// their largest cell.
Picture Arrange(const std::vector<std::vector<Picture>>& rows, int gap);

}  // namespace credo

#endif  // CREDO_TOOLS_PICTURE_H_
