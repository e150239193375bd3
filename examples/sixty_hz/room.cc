#include "examples/sixty_hz/room.h"

#include <algorithm>

namespace sixty_hz {
namespace {

constexpr std::array<int, kMoves> kDown = {-1, 0, 1, 0};
constexpr std::array<int, kMoves> kRight = {0, 1, 0, -1};

bool Inside(int row, int column) {
  return row >= 0 && row < kRoomSide && column >= 0 && column < kRoomSide;
}

}  // namespace

void Room::Open() {
  for (uint8_t& colour : colours_) {
    colour = static_cast<uint8_t>(Below(kColours));
  }
  cell_ = target_ = Below(kCells);
  goal_ = CellBut(cell_);
  moves_ = 0;
  walked_ = kTicksPerMove;
}

void Room::Leave(int move) {
  const int row = cell_ / kRoomSide + kDown[move];
  const int column = cell_ % kRoomSide + kRight[move];
  target_ = Inside(row, column) ? row * kRoomSide + column : cell_;
  ++moves_;
  walked_ = 0;
}

void Room::Tick() { walked_ = std::min(walked_ + 1, kTicksPerMove); }

float Room::Arrive() {
  cell_ = target_;
  walked_ = kTicksPerMove;
  if (cell_ != goal_) return 0;
  cell_ = target_ = CellBut(goal_);
  return 1;
}

Room::View Room::Sight() const {
  View view;
  for (int i = 0; i < static_cast<int>(view.size()); ++i) {
    const int row = cell_ / kRoomSide + i / kViewSide - kViewSide / 2;
    const int column = cell_ % kRoomSide + i % kViewSide - kViewSide / 2;
    const int cell = row * kRoomSide + column;
    const int seen = !Inside(row, column) ? kWall
                     : cell == goal_      ? kGoal
                                          : colours_[cell];
    view[i] = static_cast<uint8_t>(seen);
  }
  return view;
}

int Room::At(int cell) const {
  return cell == goal_ ? kGoalOnMap : colours_[cell];
}

float Room::Walked(float between) const {
  const float walked = static_cast<float>(walked_) - 1 + between;
  return std::clamp(walked / kTicksPerMove, 0.0f, 1.0f);
}

int Room::Below(int n) {
  // SplitMix64 (Steele et al. 2014): small, and the same in every library. The
  // bias of so small an n is of no matter.
  uint64_t x = random_ += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return static_cast<int>((x ^ (x >> 31)) % static_cast<uint64_t>(n));
}

int Room::CellBut(int taken) {
  const int cell = Below(kCells - 1);
  return cell < taken ? cell : cell + 1;
}

}  // namespace sixty_hz
