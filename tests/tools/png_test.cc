#include "tools/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/base/file.h"
#include "sdk/base/random.h"

namespace credo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Every byte drawn, so that no two places can be exchanged unseen.
std::vector<uint8_t> DrawnPixels(int width, int height) {
  Draws draws(1, 0, 0);
  std::vector<uint8_t> rgb(static_cast<size_t>(3 * width * height));
  for (uint8_t& value : rgb) value = static_cast<uint8_t>(draws.Below(256));
  return rgb;
}

struct Decoded {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};

Decoded Decode(const std::string& bytes) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) ==
      0) {
    ADD_FAILURE() << image.message;
    return {};
  }
  // As it is in the file: a conversion would be a difference.
  EXPECT_EQ(image.format, static_cast<png_uint_32>(PNG_FORMAT_RGB));
  std::vector<uint8_t> rgb(PNG_IMAGE_SIZE(image));
  EXPECT_NE(
      png_image_finish_read(&image, nullptr, rgb.data(), 0, nullptr), 0)
      << image.message;
  return {static_cast<int>(image.width), static_cast<int>(image.height),
          std::move(rgb)};
}

// The kinds of chunks in a file, in order: "IHDR", ..., "IEND".
std::vector<std::string> Chunks(const std::string& bytes) {
  std::vector<std::string> kinds;
  size_t at = 8;  // behind the signature
  while (at + 8 <= bytes.size()) {
    uint32_t length = 0;
    for (int i = 0; i < 4; ++i) {
      length = length << 8 | static_cast<uint8_t>(bytes[at + i]);
    }
    kinds.push_back(bytes.substr(at + 4, 4));
    at += size_t{length} + 12;
  }
  EXPECT_EQ(at, bytes.size());
  return kinds;
}

struct Size {
  int width;
  int height;
};

class PngSize : public testing::TestWithParam<Size> {};

TEST_P(PngSize, DecodesToWhatWasEncoded) {
  const auto [width, height] = GetParam();
  const std::vector<uint8_t> rgb = DrawnPixels(width, height);
  const Decoded decoded = Decode(EncodePng(width, height, rgb));
  EXPECT_EQ(decoded.width, width);
  EXPECT_EQ(decoded.height, height);
  EXPECT_EQ(decoded.rgb, rgb);
}

INSTANTIATE_TEST_SUITE_P(All, PngSize,
                         testing::Values(Size{1, 1}, Size{1, 7}, Size{7, 1},
                                         Size{5, 3}, Size{257, 129},
                                         Size{1000000, 1}),
                         [](const auto& info) {
                           return std::to_string(info.param.width) + "x" +
                                  std::to_string(info.param.height);
                         });

TEST(Png, HoldsNothingButThePixels) {
  for (const std::string& kind :
       Chunks(EncodePng(64, 48, DrawnPixels(64, 48)))) {
    // gAMA, cHRM and sRGB say how the numbers are meant.
    EXPECT_THAT((std::vector<std::string>{"IHDR", "gAMA", "cHRM", "sRGB",
                                          "IDAT", "IEND"}),
                testing::Contains(kind));
  }
}

TEST(Png, PacksAnEvenPicture) {
  const std::vector<uint8_t> white(3 * 200 * 100, 255);
  EXPECT_LT(EncodePng(200, 100, white).size(), 2000u);
}

TEST(Png, RefusesSidesThatNoPictureHas) {
  const std::vector<uint8_t> rgb(3);
  for (const auto& [width, height] :
       {Size{0, 1}, Size{1, 0}, Size{-1, -1}, Size{1000001, 1},
        Size{1, 1000001}}) {
    EXPECT_THROW(EncodePng(width, height, rgb), std::invalid_argument)
        << width << " x " << height;
  }
}

TEST(Png, RefusesAnotherNumberOfBytesThanTheSidesSay) {
  for (const size_t bytes : {size_t{0}, size_t{17}, size_t{19}}) {
    EXPECT_THROW(EncodePng(2, 3, std::vector<uint8_t>(bytes)),
                 std::invalid_argument)
        << bytes;
  }
}

TEST(WritePng, WritesTheEncodedBytesOverAnOlderFile) {
  const std::string path = testing::TempDir() + "/credo_png_test.png";
  const std::vector<uint8_t> rgb = DrawnPixels(6, 5);
  ASSERT_TRUE(WritePng(path, 3, 2, DrawnPixels(3, 2)).ok());
  ASSERT_TRUE(WritePng(path, 6, 5, rgb).ok());
  const Result<std::string> bytes = ReadFile(path);
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  EXPECT_EQ(*bytes, EncodePng(6, 5, rgb));
  std::filesystem::remove(path);
}

TEST(WritePng, TellsAMissingFolder) {
  const Status status =
      WritePng("/nonexistent/a.png", 1, 1, std::vector<uint8_t>(3));
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), StartsWith("/nonexistent/a.png"));
  EXPECT_THAT(status.message(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace credo
