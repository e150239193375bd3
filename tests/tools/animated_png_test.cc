#include "tools/animated_png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/png.h"

namespace credo {
namespace {

using testing::ElementsAre;

struct Chunk {
  std::string type;
  std::string data;
};

uint32_t Number(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes.at(at + i));
  }
  return value;
}

// Also checks the sum of each.
std::vector<Chunk> ChunksOf(const std::string& file) {
  std::vector<Chunk> chunks;
  for (size_t at = 8; at < file.size();) {
    const uint32_t size = Number(file, at);
    const std::string body = file.substr(at + 4, size + 4);
    EXPECT_EQ(crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                    static_cast<uInt>(body.size())),
              Number(file, at + 8 + size));
    chunks.push_back({body.substr(0, 4), body.substr(4)});
    at += size + 12;
  }
  return chunks;
}

std::vector<Picture> Pictures() {
  std::vector<Picture> pictures(3, Picture(20, 10, {9, 9, 9}));
  for (int i = 0; i < 3; ++i) pictures[i].Fill(4 * i, 2, 4, 4, {200, 0, 0});
  return pictures;
}

TEST(AnimatedPng, HasEachPictureUnderItsControl) {
  const std::vector<Chunk> chunks = ChunksOf(EncodeAnimatedPng(Pictures(), 40));
  std::vector<std::string> types;
  std::vector<uint32_t> sequence;
  for (const Chunk& chunk : chunks) {
    types.push_back(chunk.type);
    if (chunk.type == "fcTL" || chunk.type == "fdAT") {
      sequence.push_back(Number(chunk.data, 0));
    }
    if (chunk.type != "fcTL") continue;
    EXPECT_EQ(Number(chunk.data, 4), 20u);
    EXPECT_EQ(Number(chunk.data, 8), 10u);
    EXPECT_EQ(Number(chunk.data, 20), 40u << 16 | 1000u);
  }
  EXPECT_THAT(types, ElementsAre("IHDR", "acTL", "fcTL", "IDAT", "fcTL",
                                 "fdAT", "fcTL", "fdAT", "IEND"));
  EXPECT_THAT(sequence, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(Number(chunks[1].data, 0), 3u);
}

// Pixels of the k-th picture: those of a PNG file with its data.
TEST(AnimatedPng, EachPictureIsWhatItsOwnFileWouldBe) {
  const std::vector<Picture> pictures = Pictures();
  size_t picture = 0;
  for (const Chunk& chunk : ChunksOf(EncodeAnimatedPng(pictures, 40))) {
    if (chunk.type != "IDAT" && chunk.type != "fdAT") continue;
    const Picture& expected = pictures[picture++];
    std::string alone;
    for (const Chunk& own : ChunksOf(EncodePng(20, 10, expected.pixels()))) {
      if (own.type == "IDAT") alone += own.data;
    }
    EXPECT_EQ(chunk.data.substr(chunk.type == "fdAT" ? 4 : 0), alone);
  }
  EXPECT_EQ(picture, 3u);
}

TEST(AnimatedPng, WhoKnowsNoAnimationReadsTheFirstPicture) {
  const std::string file = EncodeAnimatedPng(Pictures(), 40);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()),
            0);
  image.format = PNG_FORMAT_RGB;
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr),
            0);
  const Picture first = Pictures()[0];
  EXPECT_TRUE(std::ranges::equal(pixels, first.pixels()));
}

TEST(AnimatedPng, RefusesNothingAndUnequalSizes) {
  EXPECT_THROW(EncodeAnimatedPng({}, 40), std::invalid_argument);
  EXPECT_THROW(EncodeAnimatedPng({Picture(2, 2), Picture(2, 3)}, 40),
               std::invalid_argument);
}

}  // namespace
}  // namespace credo
