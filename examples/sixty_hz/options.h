// The command line.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_OPTIONS_H_
#define CREDO_EXAMPLES_SIXTY_HZ_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sixty_hz {

struct Options {
  static constexpr int kMaxCharacters = 1024;

  std::string model;
  // Of game time. None: until the window is closed, or 10 without one.
  std::optional<double> seconds;
  int characters = 32;
  uint64_t seed = 1;
  bool headless = false;
  bool fast = false;  // without pacing, and thus without a window
  bool help = false;
};

// What the usage line says.
extern const char kUsage[];

// Reads what stands behind the program's name. Nothing, and `problem` says
// why, when it is wrong.
std::optional<Options> ReadOptions(std::span<const char* const> arguments,
                                   std::string& problem);

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_OPTIONS_H_
