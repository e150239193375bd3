// Colours and shades of the world `city`.
#ifndef CREDO_SDK_WORLDS_CITY_PALETTE_H_
#define CREDO_SDK_WORLDS_CITY_PALETTE_H_

#include <algorithm>
#include <array>

namespace credo::city {

using Colour = std::array<float, 3>;  // red, green, blue, 0 to 255

inline constexpr Colour kFloor = {92, 77, 61};
inline constexpr Colour kSky = {140, 179, 217};
inline constexpr Colour kGoal = {255, 255, 255};
inline constexpr Colour kPickup = {255, 120, 255};
// North, east, south, west; the second where walls do not tell directions.
inline constexpr std::array<Colour, 4> kWalls = {
    {{77, 77, 77}, {122, 122, 122}, {168, 168, 168}, {219, 219, 219}}};
inline constexpr int kPlainWall = 1;
// Towers of the skyline, by their direction in sixteenths of a turn from north:
// colour, and height as a tangent above the horizon. No two quarters are alike.
inline constexpr int kTowers = 16;
inline constexpr std::array<Colour, 4> kTowerColours = {
    {{170, 60, 60}, {60, 120, 60}, {60, 60, 150}, {150, 130, 40}}};
inline constexpr std::array<float, kTowers> kTowerHeights = {
    .55f, .20f, .75f, .35f, .45f, .70f, .25f, .60f,
    .80f, .30f, .50f, .20f, .65f, .40f, .75f, .30f};

inline constexpr int kChecks = 4;  // per cell, across and up
inline constexpr float kDarkCheck = 0.72f;
inline constexpr float kSide = 0.82f;  // of faces to the east and west
inline constexpr float kTop = 1.1f;    // of the tops of blocks

// How bright things are at a distance.
inline float Fog(float distance) {
  return std::clamp(1.05f - 0.08f * distance, 0.4f, 1.0f);
}

inline Colour Times(const Colour& colour, float factor) {
  return {std::min(colour[0] * factor, 255.0f),
          std::min(colour[1] * factor, 255.0f),
          std::min(colour[2] * factor, 255.0f)};
}

}  // namespace credo::city

#endif  // CREDO_SDK_WORLDS_CITY_PALETTE_H_
