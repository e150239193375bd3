#include "tools/png.h"

#include <png.h>

#include <stdexcept>

#include "sdk/base/file.h"

namespace credo {
namespace {

constexpr int kLargestSide = 1000000;

void CheckSize(int width, int height, size_t bytes) {
  if (width < 1 || height < 1 || width > kLargestSide ||
      height > kLargestSide) {
    throw std::invalid_argument(
        "EncodePng: expected sides in 1.." + std::to_string(kLargestSide) +
        ", found " + std::to_string(width) + " x " + std::to_string(height));
  }
  const size_t expected =
      3 * static_cast<size_t>(width) * static_cast<size_t>(height);
  if (bytes != expected) {
    throw std::invalid_argument("EncodePng: expected " +
                                std::to_string(expected) + " bytes, found " +
                                std::to_string(bytes));
  }
}

}  // namespace

std::string EncodePng(int width, int height, std::span<const uint8_t> rgb) {
  CheckSize(width, height, rgb.size());
  // libpng's simplified interface keeps its longjmp to itself: a failure comes
  // back as 0 and no destructor of ours is jumped over.
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = bytes.size();
  const int stride = 3 * width;
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, rgb.data(),
                                stride, nullptr) == 0) {
    throw std::runtime_error(std::string("EncodePng: ") + image.message);
  }
  bytes.resize(size);
  return bytes;
}

Status WritePng(const std::string& path, int width, int height,
                std::span<const uint8_t> rgb) {
  return ReplaceFile(path, EncodePng(width, height, rgb));
}

}  // namespace credo
