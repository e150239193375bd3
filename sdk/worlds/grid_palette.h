// Tiles of the world `grid` as a small RGB picture.
#ifndef CREDO_SDK_WORLDS_GRID_PALETTE_H_
#define CREDO_SDK_WORLDS_GRID_PALETTE_H_

#include <array>
#include <cstdint>
#include <span>

#include "sdk/base/rgb.h"

namespace credo {

// Far apart, so that a picture's pixel tells its tile.
inline constexpr std::array<Rgb, 8> kGridColours = {{{220, 40, 40},
                                                     {40, 170, 60},
                                                     {40, 70, 220},
                                                     {240, 220, 50},
                                                     {190, 50, 200},
                                                     {60, 210, 220},
                                                     {250, 140, 30},
                                                     {130, 80, 30}}};
// North, east, south, west; the first when all are of one kind.
inline constexpr std::array<Rgb, 4> kGridWalls = {{{100, 100, 110},
                                                   {180, 170, 160},
                                                   {20, 70, 80},
                                                   {150, 180, 90}}};
inline constexpr Rgb kGridBlocked = {0, 0, 0};
inline constexpr Rgb kGridGoal = {255, 255, 255};

// Paints `tiles` [side, side] as `picture` [side * pixels, side * pixels, 3],
// each tile in the colour that `palette` has for its class.
void PaintTiles(std::span<const uint8_t> tiles, int side, int pixels,
                std::span<const Rgb> palette, std::span<uint8_t> picture);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_GRID_PALETTE_H_
