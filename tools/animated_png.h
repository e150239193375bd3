// Pictures that follow one another as one animated PNG, which browsers play and
// what knows no animation shows the first picture of.
//
// Format: "APNG Specification" of the Mozilla wiki, now part of "Portable
// Network Graphics (PNG) Specification (Third Edition)", W3C.
#ifndef CREDO_TOOLS_ANIMATED_PNG_H_
#define CREDO_TOOLS_ANIMATED_PNG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "tools/picture.h"

namespace credo {

// The file's bytes; each picture is shown for `milliseconds`, then the first
// one again. Equal pictures give equal bytes. Throws std::invalid_argument when
// there is no picture, when they differ in size, and for what EncodePng does.
std::string EncodeAnimatedPng(const std::vector<Picture>& pictures,
                              uint16_t milliseconds);

// The same as a file, which replaces the one that was there.
Status WriteAnimatedPng(const std::string& path,
                        const std::vector<Picture>& pictures,
                        uint16_t milliseconds);

}  // namespace credo

#endif  // CREDO_TOOLS_ANIMATED_PNG_H_
