#include "tools/draw_observation.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace credo {
namespace {

// Far apart: hues by the golden angle, lighter and darker in turn.
Rgb OwnColour(int64_t category) {
  const double turn = static_cast<double>(category) * 2.399963;
  const double light = category % 2 == 0 ? 0.95 : 0.65;
  Rgb colour;
  for (int c = 0; c < 3; ++c) {
    const double wave =
        0.5 + 0.5 * std::cos(turn + c * 2 * std::numbers::pi / 3);
    colour[c] = static_cast<uint8_t>(255 * light * wave);
  }
  return colour;
}

uint8_t Intensity(double share) {
  return static_cast<uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

// Rows and columns of tiles of any shape.
std::pair<int64_t, int64_t> Plan(const ObservationSpec& spec) {
  if (spec.shape.size() < 2) return {1, spec.elements()};
  const int64_t columns = spec.shape.back();
  return {spec.elements() / columns, columns};
}

Picture DrawPicture(const ObservationSpec& spec, const at::Tensor& expected) {
  const int height = static_cast<int>(spec.shape[0]);
  const int width = static_cast<int>(spec.shape[1]);
  const int64_t channels = spec.shape[2];
  const at::Tensor values = expected.to(at::kFloat).contiguous();
  const float* value = values.const_data_ptr<float>();
  Picture picture(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, value += channels) {
      Rgb colour;
      for (int c = 0; c < 3; ++c) {
        colour[c] = Intensity(value[channels >= 3 ? c : 0]);
      }
      picture.Fill(x, y, 1, 1, colour);
    }
  }
  return picture;
}

Picture DrawTiles(const ObservationSpec& spec, const std::vector<Rgb>& colours,
                  const at::Tensor& expected) {
  const auto [rows, columns] = Plan(spec);
  const int64_t categories = spec.categories();
  const at::Tensor values = expected.to(at::kFloat).contiguous();
  const float* value = values.const_data_ptr<float>();
  Picture picture(static_cast<int>(columns), static_cast<int>(rows));
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x, value += categories) {
      Rgb colour;
      for (int c = 0; c < 3; ++c) {
        double mean = 0;
        for (int64_t i = 0; i < categories; ++i) {
          mean += value[i] * colours[i][c] / 255.0;
        }
        colour[c] = Intensity(mean);
      }
      picture.Fill(x, y, 1, 1, colour);
    }
  }
  return picture;
}

}  // namespace

bool CanDraw(const ObservationSpec& spec) {
  return spec.kind != ObservationKind::kVector;
}

std::vector<Rgb> TileColours(const ObservationSpec& spec,
                             std::vector<Rgb> palette) {
  if (spec.kind != ObservationKind::kTiles) return {};
  if (static_cast<int64_t>(palette.size()) == spec.categories()) return palette;
  std::vector<Rgb> colours;
  for (int64_t i = 0; i < spec.categories(); ++i) {
    colours.push_back(OwnColour(i));
  }
  return colours;
}

Picture DrawExpected(const ObservationSpec& spec,
                     const std::vector<Rgb>& colours,
                     const at::Tensor& expected, int size) {
  const Picture picture = spec.kind == ObservationKind::kTiles
                              ? DrawTiles(spec, colours, expected)
                              : DrawPicture(spec, expected);
  return picture.Enlarged(std::max(1, size / std::max(1, picture.width())));
}

}  // namespace credo
