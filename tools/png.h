// Pictures as PNG. Equal pictures give equal bytes: nothing but the pixels goes
// into a file, no time and no name.
#ifndef CREDO_TOOLS_PNG_H_
#define CREDO_TOOLS_PNG_H_

#include <cstdint>
#include <span>
#include <string>

#include "sdk/base/status.h"

namespace credo {

// `rgb` [height, width, 3], row by row, as a PNG file's bytes. Throws
// std::invalid_argument when a side is not in 1..1000000 (what libpng takes) or
// `rgb` is of another size than the two say.
std::string EncodePng(int width, int height, std::span<const uint8_t> rgb);

// The same as a file, which replaces the one that was there. Failures of the
// file are those of ReplaceFile.
Status WritePng(const std::string& path, int width, int height,
                std::span<const uint8_t> rgb);

}  // namespace credo

#endif  // CREDO_TOOLS_PNG_H_
