// The host's world: a room of coloured cells, as in the world `grid` that the
// agent was trained in.
//
// A character walks from cell to cell and sees the 3x3 cells around it, north
// up. Stepping onto the goal gives 1 and sets it on another cell; the goal
// stays. After kMovesPerEpisode moves the room is over, and another one opens.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_ROOM_H_
#define CREDO_EXAMPLES_SIXTY_HZ_ROOM_H_

#include <array>
#include <cstdint>

namespace sixty_hz {

inline constexpr int kRoomSide = 5;
inline constexpr int kCells = kRoomSide * kRoomSide;
inline constexpr int kViewSide = 3;
inline constexpr int kMoves = 4;  // north, east, south, west
inline constexpr int kMovesPerEpisode = 64;
// The classes of tiles: colours first; walls are seen, but are on no map.
inline constexpr int kColours = 3;
inline constexpr int kWall = 3;
inline constexpr int kGoal = 4;
inline constexpr int kViewClasses = 5;
inline constexpr int kMapClasses = 4;
inline constexpr int kGoalOnMap = 3;

// How long a move takes, and with it a decision: 10 a second at 60 Hz.
inline constexpr int kTicksPerMove = 6;

class Room {
 public:
  using View = std::array<uint8_t, kViewSide * kViewSide>;

  // Equal seeds give equal rooms, one after another.
  explicit Room(uint64_t seed) : random_(seed) { Open(); }

  // Another map, goal and start: the next episode.
  void Open();
  // Sets out. REQUIRES: 0 <= move < kMoves, and that the move before has ended.
  void Leave(int move);
  // One tick of the way.
  void Tick();
  // Ends the move that Leave began: its reward.
  float Arrive();

  // Whether the last move that was begun is the episode's last.
  bool over() const { return moves_ == kMovesPerEpisode; }
  View Sight() const;
  // The class on the map: a colour or kGoalOnMap.
  int At(int cell) const;
  int cell() const { return cell_; }      // where it stands or comes from
  int target() const { return target_; }  // where it goes
  int goal() const { return goal_; }
  // How much of the way was behind it at `between` (0 to 1) from the tick
  // before the last to the last one: what is drawn at a time that is no tick.
  float Walked(float between) const;

 private:
  // Uniform over 0 .. n - 1.
  int Below(int n);
  int CellBut(int taken);

  uint64_t random_;
  std::array<uint8_t, kCells> colours_ = {};
  int goal_ = 0;
  int cell_ = 0;
  int target_ = 0;
  int moves_ = 0;
  int walked_ = kTicksPerMove;  // ticks since Leave
};

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_ROOM_H_
