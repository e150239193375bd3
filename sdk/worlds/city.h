// A city, room or maze of coloured blocks, seen through the character's eye: a
// picture world whose map is new in every episode.
//
//   world: {kind: city, preset: low_room}
//
// A preset says what all options are unless they are given. What is seen is
// drawn by rays (city_view.h); what hides what is the point: a belief must keep
// what went out of view. Turning is by a quarter or an eighth of a turn or by
// any angle up to an eighth, steps are whole or half cells or any length up to
// half a cell. A step into something changes nothing but the time. Episodes
// are truncated after `episode` decisions.
//
// Actions: "move": forward, left, right; or, where headings or steps are
// continuous, "turn" and "forward" at once, each continuous, [-1, 1] and
// [0, 1], or a choice: none, left, right; stay, forward. It turns first.
// Task `goal`: entering the goal's cell gives 1, and the same decision sets the
// character down in another cell; the goal stays. Task `collect`: entering a
// pickup's cell gives 1 and removes it; the last one brings new ones.
//
// Observations: `view`, a picture [height, width, 3]; with `depth` also
// `depth` [height, width, 1]. Privileged:
//   map            tiles [room, room]: 0 free, the colours of blocks, then what
//                  the task has
//   map.seen       tiles [room, room]: 1 where the cell was in view in this
//                  episode, now included
//   map.visible    tiles [room, room]: 1 where the picture shows something of
//                  it now, and where the character is
//   pose.cell      tiles [1]: row * room + column
//   pose.heading   tiles [1]: 4 or 8 classes clockwise, 0 north; the nearest
//   pose.angle     vector [1]: the heading in radians, clockwise from north
//   pose.position  vector [2]: row and column in cells, 0.5 in the middle of
//                  the first
//   map.picture    picture [room * above, room * above, 3]: the map and the
//                  character from above; not with above: 0
#ifndef CREDO_SDK_WORLDS_CITY_H_
#define CREDO_SDK_WORLDS_CITY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/worlds/city_map.h"
#include "sdk/worlds/city_options.h"
#include "sdk/worlds/city_view.h"
#include "sdk/worlds/environment.h"

namespace credo {

class City : public Environment {
 public:
  // Fails with kInvalidArgument when the options do not fit together.
  static Result<std::unique_ptr<Environment>> Make(const CityOptions& options);

  // A world whose every episode has the map and the start of `text`, in the
  // form that city_map.h describes. For tests.
  static Result<std::unique_ptr<Environment>> FromText(std::string_view text,
                                                       CityOptions options);

  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override;
  // Throws std::logic_error after the last record, std::invalid_argument when
  // a choice is none of the choices.
  void Step(std::span<const float> action, RecordWriter& out) override;
  std::optional<std::string> Progress() const override;
  void Resume(std::string_view progress) override;
  // Explores: forward with p = 0.6 where that is free, else a turn, mostly to
  // the same side; before something it turns with p = 0.9.
  void ScriptedAction(Draws& draws, std::span<float> action) const override;
  std::vector<Rgb> Palette(int index) const override;
  std::string Text() const override;

 private:
  City(const CityOptions& options, std::optional<CityMap> fixed);

  int cell() const;
  Eye PlaceAfter(double forward) const;
  bool IsFree(double x, double y) const;
  bool CanWalk(double length) const;
  void Turn(double turns);
  void Walk(double length);
  void Arrive(RecordWriter& out);
  void Respawn();
  void Show(RecordWriter& out);
  void ShowMap(RecordWriter& out);
  void ShowPose(RecordWriter& out);
  void ShowAbove(RecordWriter& out);

  const CityOptions options_;
  const std::optional<CityMap> fixed_;
  const int room_;
  const double turn_;  // of one choice, or the largest, in radians
  CityView view_;
  EnvironmentSpec spec_;
  int map_index_;  // of `map` in the spec
  std::vector<Rgb> palette_;

  // The episode.
  CityMap map_;
  std::vector<uint8_t> seen_;   // [room, room]
  std::vector<uint8_t> tiles_;  // [room, room]: classes of `map`
  RandomStream stream_{0, "city"};
  Eye at_;  // the character
  float last_turn_ = 1;  // -1 left, 1 right: its last turn
  int64_t step_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CITY_H_
