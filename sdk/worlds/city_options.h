// The options of the world `city`.
#ifndef CREDO_SDK_WORLDS_CITY_OPTIONS_H_
#define CREDO_SDK_WORLDS_CITY_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "sdk/model/options.h"

namespace credo {

struct CityOptions : Options {
  static constexpr int64_t kMaxColours = 8;

  // The values of all that follows are those of the preset unless they are
  // given: a preset that is read sets them, and what is read after it counts.
  std::string preset = "city";  // city low_room maze

  // --- What there is ---
  int64_t room = 5;
  std::string layout = "blocks";  // blocks maze
  double blocked = 0.26;
  int64_t colours = 3;
  double block_height = 1.0;
  double wall_height = 2.0;
  std::string compass = "walls";   // walls skyline none
  std::string texture = "plain";   // plain checks
  std::string task = "explore";    // explore goal collect
  int64_t pickups = 3;
  int64_t episode = 96;

  // --- What is seen ---
  int64_t height = 12;
  int64_t width = 16;
  double field_of_view = 90;
  double eye = 0.5;
  double back = 0.4;
  double top = 0.75;
  double bottom = -0.75;
  bool depth = false;
  int64_t above = 4;

  // --- How it moves ---
  std::string headings = "four";  // four eight continuous
  std::string step = "cell";      // cell half continuous

  void Visit(FieldVisitor& v) override;
  // Also the ranges that Visit gives, for options that were not read from YAML.
  std::optional<OptionProblem> Check() const override;

  // How many cells are blocked in layout `blocks`.
  int64_t BlockedCells() const;
  // Of the privileged heading: 4 or 8.
  int64_t HeadingClasses() const { return headings == "four" ? 4 : 8; }
  // One choice of three; else a forward and a turn of their own.
  bool one_move() const {
    return headings != "continuous" && step != "continuous";
  }
  bool has_goal() const { return task == "goal"; }
  bool has_pickups() const { return task == "collect"; }

 private:
  void Apply();

  std::string applied_ = "city";  // the preset whose values these are
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CITY_OPTIONS_H_
