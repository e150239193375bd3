// A colour as a picture holds it.
#ifndef CREDO_SDK_BASE_RGB_H_
#define CREDO_SDK_BASE_RGB_H_

#include <array>
#include <cstdint>

namespace credo {

using Rgb = std::array<uint8_t, 3>;  // red, green, blue

}  // namespace credo

#endif  // CREDO_SDK_BASE_RGB_H_
