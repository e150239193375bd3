#include "tools/animated_png.h"

#include <zlib.h>

#include <stdexcept>
#include <string_view>

#include "sdk/base/file.h"
#include "tools/png.h"

namespace credo {
namespace {

// Of the signature that every PNG file begins with.
constexpr size_t kSignature = 8;

void AddNumber(uint32_t value, int bytes, std::string& to) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    to += static_cast<char>(value >> shift & 0xff);
  }
}

uint32_t NumberAt(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  }
  return value;
}

void AddChunk(const std::string& type, std::string_view data,
              std::string& to) {
  AddNumber(static_cast<uint32_t>(data.size()), 4, to);
  const size_t begin = to.size();
  (to += type) += data;
  const auto* bytes = reinterpret_cast<const Bytef*>(to.data() + begin);
  const uLong sum = crc32(0, bytes, static_cast<uInt>(to.size() - begin));
  AddNumber(static_cast<uint32_t>(sum), 4, to);
}

struct Chunk {
  std::string type;
  std::string_view data;
};

std::vector<Chunk> ChunksOf(std::string_view png) {
  std::vector<Chunk> chunks;
  for (size_t at = kSignature; at < png.size();) {
    const size_t size = NumberAt(png, at);
    chunks.push_back(
        {std::string(png.substr(at + 4, 4)), png.substr(at + 8, size)});
    at += size + 12;
  }
  return chunks;
}

// What stands before the pixels of a picture: where they go, for how long, and
// that they replace what was there.
std::string Control(uint32_t sequence, const Picture& picture,
                    uint16_t milliseconds) {
  std::string control;
  AddNumber(sequence, 4, control);
  AddNumber(static_cast<uint32_t>(picture.width()), 4, control);
  AddNumber(static_cast<uint32_t>(picture.height()), 4, control);
  AddNumber(0, 4, control);  // x
  AddNumber(0, 4, control);  // y
  AddNumber(milliseconds, 2, control);
  AddNumber(1000, 2, control);
  AddNumber(0, 2, control);  // what is there stays; no blending
  return control;
}

}  // namespace

std::string EncodeAnimatedPng(const std::vector<Picture>& pictures,
                              uint16_t milliseconds) {
  if (pictures.empty()) {
    throw std::invalid_argument("EncodeAnimatedPng: expected pictures");
  }
  std::string file;
  uint32_t sequence = 0;
  for (const Picture& picture : pictures) {
    const bool first = &picture == &pictures.front();
    if (picture.width() != pictures.front().width() ||
        picture.height() != pictures.front().height()) {
      throw std::invalid_argument(
          "EncodeAnimatedPng: expected pictures of one size");
    }
    const std::string png =
        EncodePng(picture.width(), picture.height(), picture.pixels());
    const std::vector<Chunk> chunks = ChunksOf(png);
    if (first) {
      file = png.substr(0, kSignature);
      AddChunk("IHDR", chunks.front().data, file);
      std::string animation;
      AddNumber(static_cast<uint32_t>(pictures.size()), 4, animation);
      AddNumber(0, 4, animation);  // without end
      AddChunk("acTL", animation, file);
    }
    AddChunk("fcTL", Control(sequence++, picture, milliseconds), file);
    for (const Chunk& chunk : chunks) {
      if (chunk.type != "IDAT") continue;
      if (first) {
        AddChunk("IDAT", chunk.data, file);
        continue;
      }
      std::string numbered;
      AddNumber(sequence++, 4, numbered);
      AddChunk("fdAT", numbered.append(chunk.data), file);
    }
  }
  AddChunk("IEND", "", file);
  return file;
}

Status WriteAnimatedPng(const std::string& path,
                        const std::vector<Picture>& pictures,
                        uint16_t milliseconds) {
  return ReplaceFile(path, EncodeAnimatedPng(pictures, milliseconds));
}

}  // namespace credo
