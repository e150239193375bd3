// A room of coloured cells of which a character sees a few at a time: small
// enough to learn in minutes, and its map is new in every episode.
//
//   world: {kind: grid, room: 5, view: 3, colours: 3, heading: rotating}
//
// Each cell has one of a few colours, uniformly and independently; some may be
// blocked. Outside is wall. Two ways to move and to see:
//   compass   "move": north, east, south, west; the view is fixed to these.
//   rotating  "move": forward, left, right; forward is up in the view.
// The character is in the middle of its view. A move against wall or a blocked
// cell changes nothing but the time. Episodes are truncated after `episode`
// decisions.
// Task `goal`: stepping onto the goal gives 1, and the same decision sets the
// character on another free cell, drawn uniformly (its heading too); the goal
// stays. All other rewards are 0.
//
// Observation `view`: tiles [view, view], or a picture [view * n, view * n, 3]
// with n pixels per tile. Its classes in order: the colours, the outer walls
// (one, or north, east, south, west, where a corner belongs to north or south),
// then blocked if any cell is, then the goal in task `goal`.
// Privileged:
//   map            tiles [room, room]: colours, blocked, goal, as above
//   map.seen       tiles [room, room]: 1 where the cell was in view in this
//                  episode, now included
//   map.visible    tiles [room, room]: 1 where it is in view now
//   pose.cell      tiles [1]: row * room + column
//   pose.heading   tiles [1]: north, east, south, west; compass: always north
//   pose.angle     vector [1]: the heading in radians, clockwise from north
//   pose.position  vector [2]: row and column, in cells
#ifndef CREDO_SDK_WORLDS_GRID_H_
#define CREDO_SDK_WORLDS_GRID_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/random.h"
#include "sdk/worlds/environment.h"
#include "sdk/worlds/grid_map.h"
#include "sdk/worlds/grid_options.h"
#include "sdk/worlds/grid_palette.h"

namespace credo {

class Grid : public Environment {
 public:
  // Fails with kInvalidArgument when the options do not fit together.
  static Result<std::unique_ptr<Environment>> Make(const GridOptions& options);

  // A world whose every episode has the map and the start of `text`, in the
  // form that grid_map.h describes; `room`, `blocked` and `start` of the
  // options are not used. For tests:
  //   Grid::FromText(R"(012
  //                     2@1
  //                     002)", {});
  static Result<std::unique_ptr<Environment>> FromText(std::string_view text,
                                                       GridOptions options);

  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override;
  // Throws std::logic_error after the last record, std::invalid_argument when
  // the move is none of the choices.
  void Step(std::span<const float> action, RecordWriter& out) override;
  std::optional<std::string> Progress() const override;
  void Resume(std::string_view progress) override;
  // Walks on rather than to and fro. Compass: with p = 0.6 the last move again
  // if that is free, else any free move. Rotating: before a free cell forward
  // with p = 0.6, else any of the three; before a wall it keeps turning the
  // same way.
  void ScriptedAction(Draws& draws, std::span<float> action) const override;
  // The room in the form that grid_map.h describes.
  std::vector<Rgb> Palette(int index) const override;
  std::string Text() const override;

 private:
  Grid(const GridOptions& options, std::optional<GridMap> fixed);
  void Load();
  void Place(int cell, Heading heading);
  bool Move(int choice);
  void Respawn();
  bool FreeTowards(int direction) const;
  float ScriptedCompass(Draws& draws) const;
  float ScriptedTurns(Draws& draws) const;
  void Show(RecordWriter& out);
  void ShowView(RecordWriter& out);
  void ShowMasks(RecordWriter& out);

  const GridOptions options_;
  const std::optional<GridMap> fixed_;
  const int room_;
  const int side_;    // of the view
  const int radius_;  // of the view
  const int border_;  // cells of wall kept around the room
  const int pitch_;   // room and both borders
  const bool rotating_;
  bool has_blocked_;
  EnvironmentSpec spec_;
  std::vector<Rgb> palette_;

  // The episode.
  GridMap map_;
  std::vector<uint8_t> tiles_;       // [pitch, pitch]: view classes
  std::vector<uint8_t> shown_map_;   // [room, room]: classes of `map`
  std::vector<uint8_t> seen_;        // [room, room]
  std::vector<uint8_t> seen_tiles_;  // [side, side]: scratch of pictures
  std::vector<int> free_cells_;      // all but the goal
  RandomStream stream_{0, "grid"};
  int goal_ = -1;
  int row_ = 0;
  int column_ = 0;
  int heading_ = 0;
  int last_move_ = -1;  // the last decision; -1 before the first
  int64_t step_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_GRID_H_
