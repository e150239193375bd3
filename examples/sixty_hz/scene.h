// What is drawn: all rooms, and beside them the mind of one character.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_SCENE_H_
#define CREDO_EXAMPLES_SIXTY_HZ_SCENE_H_

#include <cstdint>
#include <vector>

#include "examples/sixty_hz/crowd.h"
#include "examples/sixty_hz/window.h"

namespace sixty_hz {

// To the left the rooms: cells in view bright, the goal a white ring, the
// character black and yellow; the selected room is framed. To the right, of the
// selected character:
//
//   its room             what it sees, walls grey
//   the map that its     where it believes to be: the whiter the more likely,
//   belief holds         the true cell framed
//   the value of its last decisions, from left to right, white on a reward
//
// On the map a square is the larger the surer the belief is. Without probes in
// the model these two stay empty.
class Scene {
 public:
  static constexpr int kWidth = 1290;
  static constexpr int kHeight = 480;
  static constexpr Colour kGround = {22, 23, 28};

  // `between` (0 to 1): how far the present is from the tick before the last to
  // the last one.
  credo::Status Draw(const Crowd& crowd, float between);
  const std::vector<Box>& boxes() const { return boxes_; }

  // Steps to another character.
  void Select(const Crowd& crowd, int steps);

 private:
  struct Decision {
    float value;
    bool rewarded;
  };

  void DrawRooms(const Crowd& crowd, float between);
  void DrawRoom(const Room& room, int x, int y, int pitch, float between);
  void DrawView(const Room& room, int x, int y, int pitch);
  void DrawMap(const std::vector<float>& map, int x, int y, int pitch);
  void DrawPlace(const std::vector<float>& cells, int truly, int x, int y,
                 int pitch);
  void DrawValues(int x, int y, int width, int height);
  void DrawTile(int tile, float light, int x, int y, int side);
  void Add(int x, int y, int width, int height, Colour colour) {
    boxes_.push_back({x, y, width, height, colour});
  }

  std::vector<Box> boxes_;
  int selected_ = 0;
  int64_t read_ = 0;  // decisions of the selected one that are in `past_`
  std::vector<Decision> past_;
};

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_SCENE_H_
