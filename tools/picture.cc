#include "tools/picture.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace credo {

Picture::Picture(int width, int height, Rgb background)
    : width_(width),
      height_(height),
      pixels_(static_cast<size_t>(width) * height * 3) {
  Fill(0, 0, width, height, background);
}

void Picture::Fill(int x, int y, int width, int height, Rgb colour) {
  const int right = std::min(x + width, width_);
  const int bottom = std::min(y + height, height_);
  for (int row = std::max(y, 0); row < bottom; ++row) {
    for (int column = std::max(x, 0); column < right; ++column) {
      std::copy(colour.begin(), colour.end(),
                pixels_.begin() +
                    3 * (static_cast<ptrdiff_t>(row) * width_ + column));
    }
  }
}

void Picture::Paste(const Picture& other, int x, int y) {
  for (int row = 0; row < other.height_; ++row) {
    for (int column = 0; column < other.width_; ++column) {
      const uint8_t* from =
          other.pixels_.data() +
          3 * (static_cast<size_t>(row) * other.width_ + column);
      Fill(x + column, y + row, 1, 1, {from[0], from[1], from[2]});
    }
  }
}

Picture Picture::Enlarged(int times) const {
  Picture large(width_ * times, height_ * times);
  for (int row = 0; row < height_; ++row) {
    for (int column = 0; column < width_; ++column) {
      const uint8_t* from =
          pixels_.data() + 3 * (static_cast<size_t>(row) * width_ + column);
      large.Fill(column * times, row * times, times, times,
                 {from[0], from[1], from[2]});
    }
  }
  return large;
}

Picture Arrange(const std::vector<std::vector<Picture>>& rows, int gap) {
  std::vector<int> widths;
  std::vector<int> heights;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    heights.push_back(0);
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].width());
      heights.back() = std::max(heights.back(), row[i].height());
    }
  }
  const auto total = [gap](const std::vector<int>& sizes) {
    return std::accumulate(
        sizes.begin(), sizes.end(), gap,
        [gap](int sum, int size) { return sum + size + gap; });
  };
  Picture sheet(total(widths), total(heights));
  int y = gap;
  for (size_t r = 0; r < rows.size(); ++r) {
    int x = gap;
    for (size_t i = 0; i < rows[r].size(); ++i) {
      sheet.Paste(rows[r][i], x, y);
      x += widths[i] + gap;
    }
    y += heights[r] + gap;
  }
  return sheet;
}

}  // namespace credo
