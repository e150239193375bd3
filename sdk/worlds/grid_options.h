// The options of the world `grid`.
#ifndef CREDO_SDK_WORLDS_GRID_OPTIONS_H_
#define CREDO_SDK_WORLDS_GRID_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "sdk/model/options.h"

namespace credo {

struct GridOptions : Options {
  static constexpr int64_t kMaxColours = 8;

  int64_t room = 5;
  int64_t view = 3;
  int64_t colours = 3;
  double blocked = 0;
  std::string heading = "compass";  // compass rotating
  std::string start = "centre";     // centre random
  int64_t picture = 0;
  std::string task = "explore";  // explore goal
  int64_t episode = 32;
  std::string walls = "auto";  // auto one four

  void Visit(FieldVisitor& v) override;
  // Also the ranges that Visit gives, for options that were not read from YAML.
  std::optional<OptionProblem> Check() const override;

  bool rotating() const { return heading == "rotating"; }
  bool has_goal() const { return task == "goal"; }
  // How many cells are blocked.
  int64_t BlockedCells() const;
  // 1, or 4 when the outer walls are told apart.
  int64_t WallClasses() const;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_GRID_OPTIONS_H_
