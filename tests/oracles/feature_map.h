// Maps of features on a grid, and the convolution between them.
#ifndef CREDO_TESTS_ORACLES_FEATURE_MAP_H_
#define CREDO_TESTS_ORACLES_FEATURE_MAP_H_

#include <cstddef>
#include <stdexcept>
#include <utility>

#include "tests/oracles/matrix.h"

namespace credo::oracle {

// [height, width, channels], the channels of a cell side by side.
struct FeatureMap {
  FeatureMap(size_t map_height, size_t map_width, size_t map_channels)
      : height(map_height),
        width(map_width),
        channels(map_channels),
        values(height * width * channels, 0.0) {}
  FeatureMap(size_t map_height, size_t map_width, size_t map_channels,
             Vector numbers)
      : height(map_height),
        width(map_width),
        channels(map_channels),
        values(std::move(numbers)) {
    if (values.size() != height * width * channels) {
      throw std::invalid_argument("wrong number of entries");
    }
  }

  double& operator()(size_t y, size_t x, size_t c) {
    return values[(y * width + x) * channels + c];
  }
  double operator()(size_t y, size_t x, size_t c) const {
    return values[(y * width + x) * channels + c];
  }

  size_t height;
  size_t width;
  size_t channels;
  Vector values;
};

// a + factor * b.
inline FeatureMap Sum(const FeatureMap& a, const FeatureMap& b,
                      double factor = 1.0) {
  if (a.height != b.height || a.width != b.width || a.channels != b.channels) {
    throw std::invalid_argument("shapes do not match");
  }
  FeatureMap result = a;
  for (size_t i = 0; i < a.values.size(); ++i) {
    result.values[i] += factor * b.values[i];
  }
  return result;
}

// The channels of a, then those of b.
inline FeatureMap Concatenate(const FeatureMap& a, const FeatureMap& b) {
  if (a.height != b.height || a.width != b.width) {
    throw std::invalid_argument("grids do not match");
  }
  FeatureMap result(a.height, a.width, a.channels + b.channels);
  for (size_t y = 0; y < a.height; ++y) {
    for (size_t x = 0; x < a.width; ++x) {
      for (size_t c = 0; c < a.channels; ++c) result(y, x, c) = a(y, x, c);
      for (size_t c = 0; c < b.channels; ++c) {
        result(y, x, a.channels + c) = b(y, x, c);
      }
    }
  }
  return result;
}

// `count` channels from the channel `first` on.
inline FeatureMap Channels(const FeatureMap& a, size_t first, size_t count) {
  FeatureMap result(a.height, a.width, count);
  for (size_t y = 0; y < a.height; ++y) {
    for (size_t x = 0; x < a.width; ++x) {
      for (size_t c = 0; c < count; ++c) result(y, x, c) = a(y, x, first + c);
    }
  }
  return result;
}

// The 3x3 convolution that keeps the grid (a correlation, as in all libraries
// of neural networks), with zeros outside of it:
//   out(y, x, o) = bias[o]
//     + sum_{dy, dx, i} weight[o][dy][dx][i] in(y + dy - 1, x + dx - 1, i).
// Weights are [O][3][3][I]; an empty bias is none.
inline FeatureMap Conv3(const FeatureMap& in, const Vector& weight,
                        size_t out_channels, const Vector& bias = {}) {
  const size_t I = in.channels;
  if (weight.size() != out_channels * 9 * I ||
      (!bias.empty() && bias.size() != out_channels)) {
    throw std::invalid_argument("wrong number of weights");
  }
  FeatureMap out(in.height, in.width, out_channels);
  for (size_t y = 0; y < in.height; ++y) {
    for (size_t x = 0; x < in.width; ++x) {
      for (size_t o = 0; o < out_channels; ++o) {
        double sum = bias.empty() ? 0.0 : bias[o];
        for (size_t dy = 0; dy < 3; ++dy) {
          for (size_t dx = 0; dx < 3; ++dx) {
            // From 1, for indices have no sign.
            const size_t from_y = y + dy;
            const size_t from_x = x + dx;
            if (from_y < 1 || from_y > in.height) continue;
            if (from_x < 1 || from_x > in.width) continue;
            for (size_t i = 0; i < I; ++i) {
              sum += weight[((o * 3 + dy) * 3 + dx) * I + i] *
                     in(from_y - 1, from_x - 1, i);
            }
          }
        }
        out(y, x, o) = sum;
      }
    }
  }
  return out;
}

// The same linear map in each cell: out(y, x, o) = bias[o]
// + sum_i weight[o][i] in(y, x, i). Weights are [O][I].
inline FeatureMap CellLinear(const FeatureMap& in, const Vector& weight,
                             size_t out_channels, const Vector& bias) {
  const size_t I = in.channels;
  if (weight.size() != out_channels * I || bias.size() != out_channels) {
    throw std::invalid_argument("wrong number of weights");
  }
  FeatureMap out(in.height, in.width, out_channels);
  for (size_t y = 0; y < in.height; ++y) {
    for (size_t x = 0; x < in.width; ++x) {
      for (size_t o = 0; o < out_channels; ++o) {
        out(y, x, o) = bias[o];
        for (size_t i = 0; i < I; ++i) {
          out(y, x, o) += weight[o * I + i] * in(y, x, i);
        }
      }
    }
  }
  return out;
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_FEATURE_MAP_H_
