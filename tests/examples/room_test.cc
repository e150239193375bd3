#include "examples/sixty_hz/room.h"

#include <gtest/gtest.h>

#include <set>

namespace sixty_hz {
namespace {

constexpr int kSouth = 2;
constexpr int kEast = 1;

TEST(Room, HasCharacterAndGoalAnywhereButTogether) {
  std::set<int> starts, goals;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const Room room(seed);
    EXPECT_NE(room.cell(), room.goal());
    EXPECT_EQ(room.At(room.goal()), kGoalOnMap);
    EXPECT_LT(room.At(room.cell()), kColours);
    starts.insert(room.cell());
    goals.insert(room.goal());
  }
  EXPECT_EQ(starts.size(), size_t{kCells});
  EXPECT_EQ(goals.size(), size_t{kCells});
}

TEST(Room, IsDrawnFromItsSeed) {
  Room one(7), same(7), other(8);
  EXPECT_EQ(one.Sight(), same.Sight());
  int differ = 0;
  for (int episode = 0; episode < 10; ++episode) {
    one.Open();
    same.Open();
    other.Open();
    EXPECT_EQ(one.Sight(), same.Sight());
    differ += one.Sight() != other.Sight();
  }
  EXPECT_GE(differ, 8);
}

TEST(Room, IsWalledIn) {
  uint64_t seed = 0;
  while (Room(seed).cell() != kCells - 1) ++seed;
  Room room(seed);
  const Room::View view = room.Sight();
  for (const int i : {2, 5, 6, 7, 8}) EXPECT_EQ(view[i], kWall);
  for (const int i : {0, 1, 3, 4}) EXPECT_NE(view[i], kWall);
  for (const int move : {kEast, kSouth}) {
    room.Leave(move);
    EXPECT_EQ(room.target(), kCells - 1);
    EXPECT_EQ(room.Arrive(), 0);
  }
}

TEST(Room, GivesARewardAtTheGoalAndSetsTheCharacterElsewhere) {
  Room room(3);
  int rewards = 0;
  for (int i = 0; i < 200; ++i) {
    const int rows = room.goal() / kRoomSide - room.cell() / kRoomSide;
    const int columns = room.goal() % kRoomSide - room.cell() % kRoomSide;
    room.Leave(rows < 0 ? 0 : rows > 0 ? 2 : columns > 0 ? 1 : 3);
    const bool there = room.target() == room.goal();
    EXPECT_EQ(room.Arrive(), there ? 1 : 0);
    EXPECT_NE(room.cell(), room.goal());
    rewards += there;
  }
  EXPECT_GT(rewards, 30);
}

TEST(Room, IsOverAfterItsMoves) {
  Room room(1);
  for (int move = 0; move < kMovesPerEpisode; ++move) {
    EXPECT_FALSE(room.over());
    room.Leave(0);
    room.Arrive();
  }
  EXPECT_TRUE(room.over());
  room.Open();
  EXPECT_FALSE(room.over());
}

TEST(Room, IsWalkedThroughTickByTick) {
  Room room(1);
  room.Leave(0);
  float walked = 0;
  for (int tick = 0; tick < kTicksPerMove; ++tick) {
    room.Tick();
    EXPECT_FLOAT_EQ(room.Walked(0), walked);
    walked = room.Walked(1);
    EXPECT_FLOAT_EQ(walked, static_cast<float>(tick + 1) / kTicksPerMove);
  }
  room.Tick();
  EXPECT_EQ(room.Walked(1), 1);
}

}  // namespace
}  // namespace sixty_hz
