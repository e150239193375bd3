#include "sdk/worlds/grid.h"
#include "sdk/worlds/record_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>


namespace credo {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

using Tiles = std::vector<uint8_t>;

GridOptions Rotating() {
  GridOptions options;
  options.heading = "rotating";
  return options;
}

GridOptions Goal(GridOptions options = {}) {
  options.task = "goal";
  return options;
}

enum Compass { kNorth, kEast, kSouth, kWest };
enum Turns { kForward, kLeft, kRight };

// One grid with its present record.
class Room {
 public:
  explicit Room(const GridOptions& options) : Room(Grid::Make(options)) {}
  Room(const std::string& text, const GridOptions& options)
      : Room(Grid::FromText(text, options)) {}

  void Reset(uint64_t seed) {
    writer_.Open(buffer_.rows(), 0, true);
    world_->Reset(seed, writer_);
    Close();
  }
  void Step(int move) {
    writer_.Open(buffer_.rows(), 0, false);
    const float action = static_cast<float>(move);
    world_->Step(std::span(&action, 1), writer_);
    Close();
  }
  Tiles Show(const std::string& name) const { return buffer_.Bytes(name); }
  int cell() const { return Show("pose.cell")[0]; }
  int heading() const { return Show("pose.heading")[0]; }
  const RecordBuffer& record() const { return buffer_; }
  const Environment& world() const { return *world_; }
  const EnvironmentSpec& spec() const { return world_->spec(); }

 private:
  explicit Room(Result<std::unique_ptr<Environment>> world)
      : world_(*std::move(world)),
        buffer_(world_->spec(), 1),
        writer_(world_->spec()) {
    Reset(1);
  }
  void Close() {
    const Status status = writer_.Close();
    if (!status.ok()) throw std::runtime_error(status.message());
  }

  std::unique_ptr<Environment> world_;
  RecordBuffer buffer_;
  RecordWriter writer_;
};

// ---- Compass

TEST(GridCompass, SeesTheCellsAroundItself) {
  const Room room(R"(012
                     2@1
                     001)",
                  {});
  EXPECT_EQ(room.Show("view"), (Tiles{0, 1, 2,  //
                                      2, 0, 1,  //
                                      0, 0, 1}));
}

TEST(GridCompass, SeesWallInEveryCorner) {
  const uint8_t w = 3;  // the class after the colours
  EXPECT_EQ(Room("@12\n111\n222", {}).Show("view"),
            (Tiles{w, w, w, w, 0, 1, w, 1, 1}));
  EXPECT_EQ(Room("12@\n120\n222", {}).Show("view"),
            (Tiles{w, w, w, 2, 0, w, 2, 0, w}));
  EXPECT_EQ(Room("121\n120\n@22", {}).Show("view"),
            (Tiles{w, 1, 2, w, 0, 2, w, w, w}));
  EXPECT_EQ(Room("121\n120\n22@", {}).Show("view"),
            (Tiles{2, 0, w, 2, 0, w, w, w, w}));
}

TEST(GridCompass, TellsFourWallsApartWhenAsked) {
  GridOptions options;
  options.walls = "four";
  const uint8_t n = 3, e = 4, s = 5, w = 6;
  EXPECT_EQ(Room("@1\n11", options).Show("view"),
            (Tiles{n, n, n, w, 0, 1, w, 1, 1}));
  EXPECT_EQ(Room("11\n1@", options).Show("view"),
            (Tiles{1, 1, e, 1, 0, e, s, s, s}));
}

TEST(GridCompass, MovesNorthEastSouthWest) {
  Room room("000\n0@0\n000", {});
  room.Step(kNorth);
  EXPECT_EQ(room.cell(), 1);
  room.Step(kEast);
  EXPECT_EQ(room.cell(), 2);
  room.Step(kSouth);
  EXPECT_EQ(room.cell(), 5);
  room.Step(kWest);
  EXPECT_EQ(room.cell(), 4);
}

TEST(GridCompass, StaysWhenItBumpsIntoTheWall) {
  Room room("@1\n21", {});
  const Tiles view = room.Show("view");
  room.Step(kNorth);
  room.Step(kWest);
  EXPECT_EQ(room.cell(), 0);
  EXPECT_EQ(room.Show("view"), view);
}

TEST(GridCompass, StaysWhenItBumpsIntoABlockedCell) {
  Room room("@#\n21", {});
  room.Step(kEast);
  EXPECT_EQ(room.cell(), 0);
  room.Step(kSouth);
  EXPECT_EQ(room.cell(), 2);
}

TEST(GridCompass, AlwaysHeadsNorth) {
  Room room("000\n0@0\n000", {});
  room.Step(kEast);
  EXPECT_EQ(room.heading(), 0);
  EXPECT_THAT(room.record().Floats("pose.angle"), ElementsAre(0));
}

TEST(Grid, SeesOnlyItsOwnCellWithTheSmallestView) {
  GridOptions options;
  options.view = 1;
  Room room("21\n@1", options);
  EXPECT_EQ(room.Show("view"), Tiles{0});
  room.Step(kNorth);
  EXPECT_EQ(room.Show("view"), Tiles{2});
}

TEST(Grid, SeesBeyondTheRoomWithALargeView) {
  GridOptions options;
  options.view = 5;
  const uint8_t w = 3;
  EXPECT_EQ(Room("@1\n21", options).Show("view"),
            (Tiles{w, w, w, w, w,  //
                   w, w, w, w, w,  //
                   w, w, 0, 1, w,  //
                   w, w, 2, 1, w,  //
                   w, w, w, w, w}));
}

// ---- Rotating

TEST(GridRotating, TurnsItsViewWithItself) {
  const std::string text = "012\n2%1\n001";
  const auto view = [&](char glyph) {
    std::string room = text;
    room[room.find('%')] = glyph;
    return Room(room, Rotating()).Show("view");
  };
  EXPECT_EQ(view('^'), (Tiles{0, 1, 2,  //
                              2, 0, 1,  //
                              0, 0, 1}));
  EXPECT_EQ(view('>'), (Tiles{2, 1, 1,  //
                              1, 0, 0,  //
                              0, 2, 0}));
  EXPECT_EQ(view('v'), (Tiles{1, 0, 0,  //
                              1, 0, 2,  //
                              2, 1, 0}));
  EXPECT_EQ(view('<'), (Tiles{0, 2, 0,  //
                              0, 0, 1,  //
                              1, 1, 2}));
}

TEST(GridRotating, TellsTheFourWallsApart) {
  const uint8_t n = 3, e = 4, s = 5, w = 6;
  // The north-west corner, facing the west wall: north is to the right.
  EXPECT_EQ(Room("<1\n21", Rotating()).Show("view"),
            (Tiles{w, w, n,  //
                   2, 0, n,  //
                   1, 1, n}));
  // The south-east corner, facing south: east is to the left.
  EXPECT_EQ(Room("11\n2v", Rotating()).Show("view"),
            (Tiles{s, s, s,  //
                   e, 0, 2,  //
                   e, 1, 1}));
}

TEST(GridRotating, GoesForwardInEachHeading) {
  const auto cell = [](const std::string& text) {
    Room room(text, Rotating());
    room.Step(kForward);
    return room.cell();
  };
  EXPECT_EQ(cell("000\n0^0\n000"), 1);
  EXPECT_EQ(cell("000\n0>0\n000"), 5);
  EXPECT_EQ(cell("000\n0v0\n000"), 7);
  EXPECT_EQ(cell("000\n0<0\n000"), 3);
}

TEST(GridRotating, TurnsLeftAndRightOnTheSpot) {
  Room room("000\n0^0\n000", Rotating());
  for (const int heading : {3, 2, 1, 0}) {
    room.Step(kLeft);
    EXPECT_EQ(room.heading(), heading);
  }
  for (const int heading : {1, 2, 3, 0}) {
    room.Step(kRight);
    EXPECT_EQ(room.heading(), heading);
  }
  EXPECT_EQ(room.cell(), 4);
}

TEST(GridRotating, StaysWhenItBumps) {
  Room room("^1\n11", Rotating());
  room.Step(kForward);
  EXPECT_EQ(room.cell(), 0);
}

TEST(GridRotating, GivesItsAngleClockwiseFromNorth) {
  const float pi = std::numbers::pi_v<float>;
  const auto angle = [](const std::string& text) {
    return Room(text, Rotating()).record().Floats("pose.angle")[0];
  };
  EXPECT_FLOAT_EQ(angle("^1\n11"), 0);
  EXPECT_FLOAT_EQ(angle(">1\n11"), pi / 2);
  EXPECT_FLOAT_EQ(angle("v1\n11"), pi);
  EXPECT_FLOAT_EQ(angle("<1\n11"), -pi / 2);
}

// ---- What only probes see

TEST(Grid, GivesItsCellAndPosition) {
  const Room room("000\n000\n0@0", {});
  EXPECT_EQ(room.cell(), 7);
  EXPECT_THAT(room.record().Floats("pose.position"), ElementsAre(2, 1));
}

TEST(Grid, ShowsTheMapWithBlockedCellsAndGoal) {
  const Room room("@1G\n#12\n010", Goal());
  EXPECT_EQ(room.Show("map"), (Tiles{0, 1, 4,  //
                                     3, 1, 2,  //
                                     0, 1, 0}));
}

TEST(Grid, ShowsBlockedCellsAndGoalAsClassesOfTheirOwn) {
  const Room room("@G1\n#12\n010", Goal());
  const uint8_t wall = 3, blocked = 4, goal = 5;
  EXPECT_EQ(room.Show("view"), (Tiles{wall, wall, wall,  //
                                      wall, 0, goal,     //
                                      wall, blocked, 1}));
}

TEST(Grid, KeepsAMaskOfWhatItHasSeen) {
  Room room("0000\n0@00\n0000\n0000", {});
  const Tiles first = {1, 1, 1, 0,  //
                       1, 1, 1, 0,  //
                       1, 1, 1, 0,  //
                       0, 0, 0, 0};
  EXPECT_EQ(room.Show("map.seen"), first);
  EXPECT_EQ(room.Show("map.visible"), first);
  room.Step(kEast);
  EXPECT_EQ(room.Show("map.seen"), (Tiles{1, 1, 1, 1,  //
                                          1, 1, 1, 1,  //
                                          1, 1, 1, 1,  //
                                          0, 0, 0, 0}));
  EXPECT_EQ(room.Show("map.visible"), (Tiles{0, 1, 1, 1,  //
                                             0, 1, 1, 1,  //
                                             0, 1, 1, 1,  //
                                             0, 0, 0, 0}));
}

TEST(Grid, ForgetsWhatItHasSeenInANewEpisode) {
  Room room("0000\n0@00\n0000\n0000", {});
  room.Step(kEast);
  room.Reset(2);
  EXPECT_EQ(room.Show("map.seen"), room.Show("map.visible"));
}

TEST(Grid, ShowsNothingButItsViewToAgents) {
  const Room room{GridOptions{}};
  for (const ObservationSpec& observation : room.spec().observations) {
    EXPECT_EQ(observation.privileged, observation.name != "view")
        << observation.name;
  }
}

// ---- Pictures

TEST(GridPicture, PaintsEachTileInItsColour) {
  GridOptions options;
  options.picture = 2;
  const Room room("@1\n21", options);
  const Tiles picture = room.Show("view");
  ASSERT_EQ(picture.size(), 6u * 6 * 3);
  const auto pixel = [&](int y, int x) {
    const size_t at = (y * 6 + x) * 3;
    return Rgb{picture[at], picture[at + 1], picture[at + 2]};
  };
  EXPECT_EQ(pixel(0, 0), kGridWalls[0]);
  EXPECT_EQ(pixel(2, 2), kGridColours[0]);
  EXPECT_EQ(pixel(3, 3), kGridColours[0]);
  EXPECT_EQ(pixel(2, 4), kGridColours[1]);
  EXPECT_EQ(pixel(4, 3), kGridColours[2]);
  EXPECT_EQ(pixel(5, 5), kGridColours[1]);
}

// ---- The goal

TEST(GridGoal, RewardsTheArrivalAndRespawnsInTheSameDecision) {
  Room room("@G0\n000\n000", Goal());
  room.Step(kSouth);
  EXPECT_EQ(room.record().reward(), 0);
  room.Step(kNorth);
  EXPECT_EQ(room.record().reward(), 0);
  room.Step(kEast);
  EXPECT_EQ(room.record().reward(), 1);
  EXPECT_NE(room.cell(), 1);
  EXPECT_EQ(room.record().kind(), Kind::kMid);
}

TEST(GridGoal, StaysWhereItIs) {
  Room room("@G\n##", Goal());
  const Tiles map = room.Show("map");
  for (int i = 0; i < 5; ++i) {
    room.Step(kEast);
    EXPECT_EQ(room.record().reward(), 1);
    EXPECT_EQ(room.Show("map"), map);
    EXPECT_EQ(room.cell(), 0) << "the only other free cell";
  }
}

TEST(GridGoal, RespawnsUniformlyOnTheOtherFreeCells) {
  Room room("@G0\n#00\n000", Goal());
  std::vector<int> counts(9);
  constexpr int kTrials = 7000;
  for (int seed = 0; seed < kTrials; ++seed) {
    room.Reset(seed);
    room.Step(kEast);
    ++counts[room.cell()];
  }
  EXPECT_EQ(counts[1], 0) << "the goal";
  EXPECT_EQ(counts[3], 0) << "blocked";
  for (const int cell : {0, 2, 4, 5, 6, 7, 8}) {
    EXPECT_NEAR(counts[cell], kTrials / 7, 150) << cell;  // 5 x 29
  }
}

TEST(GridGoal, DrawsTheHeadingAnewWhenRotating) {
  Room room(">G0\n000\n000", Goal(Rotating()));
  std::set<int> headings;
  for (int seed = 0; seed < 50; ++seed) {
    room.Reset(seed);
    room.Step(kForward);
    EXPECT_EQ(room.record().reward(), 1);
    headings.insert(room.heading());
  }
  EXPECT_EQ(headings.size(), 4u);
}

TEST(GridGoal, DrawsEachRespawnAnew) {
  // All free cells but the goal lie beside it, so that it is found at once.
  Room room("#0#\n0G@\n#0#", Goal());
  std::set<int> cells;
  const auto towards = [](int cell) {
    return cell == 1 ? kSouth : cell == 3 ? kEast : cell == 5 ? kWest : kNorth;
  };
  for (int i = 0; i < 30; ++i) {
    room.Step(towards(room.cell()));
    ASSERT_EQ(room.record().reward(), 1);
    cells.insert(room.cell());
  }
  EXPECT_EQ(cells, (std::set<int>{1, 3, 5, 7}));
}

TEST(Grid, RewardsNothingWhenExploring) {
  Room room{GridOptions{}};
  for (int i = 0; i < 32; ++i) {
    room.Step(i % 4);
    EXPECT_EQ(room.record().reward(), 0);
  }
}

// ---- Episodes

TEST(Grid, TruncatesAfterItsDecisions) {
  GridOptions options;
  options.episode = 3;
  Room room(options);
  EXPECT_EQ(room.record().kind(), Kind::kFirst);
  for (int i = 0; i < 2; ++i) {
    room.Step(kNorth);
    EXPECT_EQ(room.record().kind(), Kind::kMid);
  }
  room.Step(kNorth);
  EXPECT_EQ(room.record().kind(), Kind::kTruncated);
}

TEST(Grid, ThrowsOnAStepAfterTheLastRecord) {
  GridOptions options;
  options.episode = 1;
  Room room(options);
  room.Step(kNorth);
  EXPECT_THROW(room.Step(kNorth), std::logic_error);
}

TEST(Grid, ThrowsOnAMoveThatIsNone) {
  Room compass{GridOptions{}};
  EXPECT_THROW(compass.Step(4), std::invalid_argument);
  Room rotating{Rotating()};
  EXPECT_THROW(rotating.Step(3), std::invalid_argument);
  EXPECT_THROW(rotating.Step(-1), std::invalid_argument);
}

TEST(Grid, StartsInTheCentreFacingNorth) {
  Room room{Rotating()};
  for (int seed = 0; seed < 20; ++seed) {
    room.Reset(seed);
    EXPECT_EQ(room.cell(), 12);
    EXPECT_EQ(room.heading(), 0);
  }
}

TEST(Grid, StartsAnywhereWhenAsked) {
  GridOptions options = Rotating();
  options.start = "random";
  options.room = 3;
  Room room(options);
  std::set<int> cells, headings;
  for (int seed = 0; seed < 200; ++seed) {
    room.Reset(seed);
    cells.insert(room.cell());
    headings.insert(room.heading());
  }
  EXPECT_EQ(cells.size(), 9u);
  EXPECT_EQ(headings.size(), 4u);
}

TEST(Grid, DrawsItself) {
  Room room("012\n#>1\nG01", Goal(Rotating()));
  EXPECT_EQ(room.world().Text(), "012\n#>1\nG01\n");
  room.Step(kRight);
  EXPECT_EQ(room.world().Text(), "012\n#v1\nG01\n");
  room.Step(kForward);
  EXPECT_EQ(room.world().Text(), "012\n#01\nGv1\n");
  EXPECT_EQ(Room("0@\n11", {}).world().Text(), "0@\n11\n");
}

TEST(Grid, RefusesOptionsThatDoNotFit) {
  GridOptions options;
  options.view = 4;
  const auto world = Grid::Make(options);
  EXPECT_EQ(world.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(world.status().message(),
              HasSubstr("view: expected an odd number, found 4"));
}

// ---- The scripted policy

TEST(GridScripted, NeverBumpsWithTheCompass) {
  Room room{GridOptions{}};
  for (uint32_t seed = 0; seed < 20; ++seed) {
    room.Reset(seed);
    for (uint64_t step = 0; step < 32; ++step) {
      Draws draws(3, seed, step);
      float action = -1;
      room.world().ScriptedAction(draws, std::span(&action, 1));
      const int before = room.cell();
      room.Step(static_cast<int>(action));
      ASSERT_NE(room.cell(), before);
    }
  }
}

TEST(GridScripted, RepeatsAFreeMoveAsOftenAsItSays) {
  Room room("00000\n00000\n00@00\n00000\n00000", {});
  room.Step(kNorth);
  int repeated = 0;
  constexpr int kTrials = 10000;
  for (uint32_t trial = 0; trial < kTrials; ++trial) {
    Draws draws(5, trial, 0);
    float action = -1;
    room.world().ScriptedAction(draws, std::span(&action, 1));
    repeated += action == 0;  // north
  }
  // 0.6, and one in four of the rest; five standard deviations.
  EXPECT_NEAR(repeated / double{kTrials}, 0.7, 0.023);
}

TEST(GridScripted, KeepsTurningTheSameWayAtAWall) {
  for (const int turn : {kLeft, kRight}) {
    Room room("#^#\n000\n000", Rotating());
    room.Step(turn);  // now before a blocked cell
    for (uint32_t trial = 0; trial < 50; ++trial) {
      Draws draws(5, trial, 0);
      float action = -1;
      room.world().ScriptedAction(draws, std::span(&action, 1));
      EXPECT_EQ(action, turn);
    }
  }
}

TEST(GridScripted, TurnsEitherWayWhenItComesToAWall) {
  Room room("^0\n00", Rotating());
  std::set<float> actions;
  for (uint32_t trial = 0; trial < 50; ++trial) {
    Draws draws(5, trial, 0);
    float action = -1;
    room.world().ScriptedAction(draws, std::span(&action, 1));
    actions.insert(action);
  }
  EXPECT_EQ(actions, (std::set<float>{kLeft, kRight}));
}

TEST(GridScripted, LivesInACellWithoutWayOut) {
  const Room room("@#\n#0", {});
  Draws draws(5, 0, 0);
  float action = -1;
  room.world().ScriptedAction(draws, std::span(&action, 1));
  EXPECT_GE(action, 0);
  EXPECT_LE(action, 3);
}

}  // namespace
}  // namespace credo
