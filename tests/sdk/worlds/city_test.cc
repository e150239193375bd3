#include "sdk/worlds/city.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/config/yaml.h"
#include "sdk/worlds/free_cells.h"
#include "sdk/worlds/record_buffer.h"

namespace credo {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

using Tiles = std::vector<uint8_t>;

enum Moves { kForward, kLeft, kRight };

CityOptions Options(const std::string& yaml) {
  CityOptions options;
  const Status read = ReadYaml(yaml, "city", {}, options);
  if (!read.ok()) throw std::runtime_error(read.message());
  return options;
}

// One city with its present record.
class Town {
 public:
  explicit Town(const std::string& yaml) : Town(City::Make(Options(yaml))) {}
  Town(const std::string& map, const std::string& yaml)
      : Town(City::FromText(map, Options(yaml))) {}

  void Reset(uint64_t seed) {
    writer_.Open(buffer_.rows(), 0, true);
    world_->Reset(seed, writer_);
    Close();
  }
  void Step(std::vector<float> action) {
    writer_.Open(buffer_.rows(), 0, false);
    world_->Step(action, writer_);
    Close();
  }
  void Move(std::vector<Moves> moves) {
    for (const Moves move : moves) Step({static_cast<float>(move)});
  }
  Tiles Show(const std::string& name) const { return buffer_.Bytes(name); }
  std::vector<float> place() const { return buffer_.Floats("pose.position"); }
  float angle() const { return buffer_.Floats("pose.angle")[0]; }
  int cell() const { return Show("pose.cell")[0]; }
  int heading() const { return Show("pose.heading")[0]; }
  float reward() const { return buffer_.reward(); }
  std::string Text() const { return world_->Text(); }
  const EnvironmentSpec& spec() const { return world_->spec(); }
  const Environment& world() const { return *world_; }

 private:
  explicit Town(Result<std::unique_ptr<Environment>> world)
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

constexpr char kEmpty[] = ".....\n.....\n..^..\n.....\n.....\n";

// --- Moves ---

TEST(CityMoves, WholeCellsAndQuarterTurns) {
  Town town(kEmpty, "{}");
  EXPECT_THAT(town.place(), ElementsAre(2.5, 2.5));
  town.Move({kForward});
  EXPECT_EQ(town.cell(), 7);
  town.Move({kRight, kForward});
  EXPECT_EQ(town.cell(), 8);
  EXPECT_EQ(town.heading(), 1);
  EXPECT_NEAR(town.angle(), std::numbers::pi / 2, 1e-6);
  town.Move({kLeft, kLeft, kForward, kForward});
  EXPECT_THAT(town.place(), ElementsAre(1.5, 1.5));
  EXPECT_EQ(town.heading(), 3);
  town.Move({kForward, kForward, kForward});  // the last one against the wall
  EXPECT_THAT(town.place(), ElementsAre(1.5, 0.5));
}

TEST(CityMoves, NotIntoBlocks) {
  Town town("...\n.1.\n.^.\n", "{}");
  const Tiles view = town.Show("view");
  town.Move({kForward});
  EXPECT_EQ(town.cell(), 7);
  EXPECT_EQ(town.Show("view"), view);
}

TEST(CityMoves, EighthsOfATurnLeadDiagonally) {
  Town town(kEmpty, "{headings: eight}");
  town.Move({kRight, kForward});
  EXPECT_EQ(town.heading(), 1);
  EXPECT_THAT(town.place(), ElementsAre(1.5, 3.5));
  for (int n = 0; n < 7; ++n) town.Move({kRight});
  EXPECT_EQ(town.heading(), 0);
  EXPECT_EQ(town.angle(), 0);
}

// Not between two blocks that touch at a corner, nor past one of them.
TEST(CityMoves, NotAcrossACorner) {
  Town town("...\n.1.\n^..\n", "{headings: eight, back: 0}");
  town.Move({kForward, kRight, kForward});
  EXPECT_EQ(town.cell(), 3);
}

TEST(CityMoves, HalfCells) {
  Town town(kEmpty, "{step: half, back: 0}");
  town.Move({kForward});
  EXPECT_THAT(town.place(), ElementsAre(2.0, 2.5));
  for (int n = 0; n < 9; ++n) town.Move({kForward});
  EXPECT_THAT(town.place(), ElementsAre(0.5, 2.5));
}

TEST(CityMoves, AnyAngleAndLength) {
  Town town(kEmpty, "{headings: continuous, step: continuous, back: 0}");
  EXPECT_EQ(town.spec().action.fields.size(), 2u);
  town.Step({0.5, 0});
  EXPECT_NEAR(town.angle(), std::numbers::pi / 8, 1e-6);
  town.Step({0, 0.6});
  EXPECT_THAT(town.place(),
              ElementsAre(FloatNear(2.5f - .3f * std::cos(.3926991f), 1e-5f),
                          FloatNear(2.5f + .3f * std::sin(.3926991f), 1e-5f)));
}

TEST(CityMoves, TurnsByChoiceStepsOfAnyLength) {
  Town town(kEmpty, "{step: continuous, back: 0}");
  town.Step({2, 1});
  EXPECT_EQ(town.heading(), 1);
  EXPECT_THAT(town.place(), ElementsAre(2.5, 3.0));
}

TEST(CityMoves, AChoiceThatIsNoneIsRefused) {
  Town town(kEmpty, "{}");
  EXPECT_THROW(town.Step({3}), std::invalid_argument);
}

TEST(CityMoves, EndWithTheEpisode) {
  Town town(kEmpty, "{episode: 2}");
  town.Move({kForward, kForward});
  EXPECT_THROW(town.Move({kForward}), std::logic_error);
}

// --- What is seen, by hand ---

// The eye is .4 behind the middle and sees the floor from .67 ahead on, 45
// degrees to each side: a little of the cells beside the character, all before.
TEST(CitySight, AnEmptyRoomAheadIsSeen) {
  Town town(kEmpty, "{}");
  EXPECT_EQ(town.Show("map.visible"), (Tiles{1, 1, 1, 1, 1,  //
                                             1, 1, 1, 1, 1,  //
                                             0, 1, 1, 1, 0,  //
                                             0, 0, 0, 0, 0,  //
                                             0, 0, 0, 0, 0}));
  town.Move({kRight, kRight});
  EXPECT_EQ(town.Show("map.visible"), (Tiles{0, 0, 0, 0, 0,  //
                                             0, 0, 0, 0, 0,  //
                                             0, 1, 1, 1, 0,  //
                                             1, 1, 1, 1, 1,  //
                                             1, 1, 1, 1, 1}));
  EXPECT_EQ(town.Show("map.seen")[0], 1);   // still
  EXPECT_EQ(town.Show("map.seen")[14], 1);  // on the way round, to the east
  EXPECT_EQ(town.Show("map.seen")[10], 0);  // never looked at
  town.Reset(2);
  EXPECT_EQ(town.Show("map.seen"), town.Show("map.visible"));
}

TEST(CitySight, AHighBlockHidesWhatIsBehind) {
  Town town(".....\n..1..\n..^..\n.....\n.....\n", "{}");
  EXPECT_EQ(town.Show("map.visible"), (Tiles{1, 1, 0, 1, 1,  //
                                             1, 1, 1, 1, 1,  //
                                             0, 1, 1, 1, 0,  //
                                             0, 0, 0, 0, 0,  //
                                             0, 0, 0, 0, 0}));
}

TEST(CitySight, ALowBlockIsSeenOver) {
  Town town("....\n....\n.2..\n.^..\n", "{preset: low_room}");
  const Tiles visible = town.Show("map.visible");
  EXPECT_EQ(visible[4 * 2 + 1], 1);  // the block
  EXPECT_EQ(visible[4 * 1 + 1], 1);  // behind it
  EXPECT_EQ(visible[4 * 0 + 1], 1);
  EXPECT_EQ(visible[4 * 3 + 0], 0);  // beside the character
}

TEST(CitySight, TheMapFromAbove) {
  Town town("1..\n...\n.^.\n", "{}");
  const Tiles picture = town.Show("map.picture");
  ASSERT_EQ(picture.size(), 12u * 12 * 3);
  const auto pixel = [&](int row, int column) {
    const auto at = picture.begin() + 3 * (12 * row + column);
    return Rgb{at[0], at[1], at[2]};
  };
  const std::vector<Rgb> palette = town.world().Palette(1);
  EXPECT_EQ(pixel(0, 0), palette[1]);
  EXPECT_EQ(pixel(3, 3), palette[1]);
  EXPECT_EQ(pixel(4, 4), palette[0]);
  EXPECT_EQ(pixel(10, 6), (Rgb{0, 0, 0}));
  EXPECT_EQ(pixel(8, 6), (Rgb{255, 255, 255}));
}

// --- Tasks ---

TEST(CityGoal, PaysAndSetsTheCharacterElsewhere) {
  Town town("...\n.G.\n.^.\n", "{task: goal}");
  EXPECT_EQ(town.Show("map")[4], 4);
  town.Move({kForward});
  EXPECT_EQ(town.reward(), 1);
  EXPECT_NE(town.cell(), 4);
  EXPECT_EQ(town.Show("map")[4], 4);
  town.Move({kLeft});
  EXPECT_EQ(town.reward(), 0);
}

TEST(CityCollect, PicksUpAndBringsNewOnes) {
  Town town("...\n.*.\n.^.\n", "{task: collect, pickups: 2}");
  town.Move({kForward});
  EXPECT_EQ(town.reward(), 1);
  EXPECT_EQ(town.cell(), 4);
  const Tiles map = town.Show("map");
  EXPECT_EQ(std::count(map.begin(), map.end(), 4), 2);
  EXPECT_EQ(map[4], 0);
}

// --- Maps ---

TEST(CityMap, ReadsBackItsText) {
  const std::string text = "1.2\n.G.\n.>3\n";
  EXPECT_EQ(Town(text, "{task: goal}").Text(), text);
}

TEST(CityMap, SaysWhatIsWrongWithAText) {
  const auto problem = [](const std::string& text) {
    return City::FromText(text, Options("{}")).status().message();
  };
  EXPECT_THAT(problem("...\n.4.\n.^.\n"), HasSubstr("line 2"));
  EXPECT_THAT(problem("...\n...\n...\n"), HasSubstr("one character, found 0"));
  EXPECT_THAT(problem("..\n.^\n"), HasSubstr("3 to 15 lines, found 2"));
  EXPECT_THAT(problem("...\n..\n.^.\n"), HasSubstr("line 2"));
}

TEST(CityMap, EqualSeedsAreEqualEpisodes) {
  Town one("{preset: maze}"), other("{preset: maze}");
  one.Reset(7);
  other.Reset(8);
  EXPECT_NE(one.Text(), other.Text());
  other.Reset(7);
  EXPECT_EQ(one.Text(), other.Text());
  EXPECT_EQ(one.Show("view"), other.Show("view"));
}

class CityMaps : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(
    Options, CityMaps,
    testing::Values("{}", "{preset: low_room}", "{preset: maze}",
                    "{preset: maze, room: 15}", "{blocked: .6, room: 8}",
                    "{task: collect, pickups: 4, blocked: .4}"));

TEST_P(CityMaps, HangTogether) {
  const CityOptions options = Options(GetParam());
  ASSERT_FALSE(options.Check().has_value());
  for (uint32_t n = 0; n < 50; ++n) {
    Draws draws = RandomStream(3, "city_test").At(n, 0);
    CityMap map;
    DrawCityMap(options, draws, map);
    const auto blocked = map.Blocked();
    EXPECT_TRUE(FreeCellsConnected(map.room, blocked));
    EXPECT_EQ(map.cells[map.start], 0);
    if (options.layout == "blocks") {
      EXPECT_EQ(std::count(blocked.begin(), blocked.end(), 1),
                options.BlockedCells());
    }
    if (options.has_pickups()) {
      EXPECT_EQ(std::count(map.items.begin(), map.items.end(),
                           CityMap::kPickup),
                options.pickups);
    }
  }
}

// --- Exploring ---

TEST(CityScript, SeesNearlyAllOfTheRoom) {
  for (const char* yaml :
       {"{}", "{preset: low_room}",
        "{headings: continuous, step: continuous, back: 0, episode: 200}",
        "{headings: eight, step: half, back: 0, episode: 200}"}) {
    double seen = 0, cells = 0;
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      Town town(yaml);
      town.Reset(seed);
      std::vector<float> action(town.spec().action.words());
      const CityOptions options = Options(yaml);
      for (int64_t t = 0; t < options.episode; ++t) {
        Draws draws = RandomStream(seed, "script").At(0, t);
        town.world().ScriptedAction(draws, action);
        town.Step(action);
      }
      for (const uint8_t cell : town.Show("map.seen")) {
        seen += cell;
        cells += 1;
      }
    }
    EXPECT_GT(seen / cells, .85) << yaml;
  }
}

// --- Options ---


TEST(CityOptions, APresetIsWhatIsNotGiven) {
  EXPECT_EQ(Options("{preset: low_room}").eye, 1);
  EXPECT_EQ(Options("{eye: .7, preset: low_room}").eye, .7);
  EXPECT_EQ(Options("{preset: low_room, room: 6}").room, 6);
  CityOptions options = Options("{preset: maze, width: 48}");
  CityOptions again = Options(WriteYaml(options));
  EXPECT_TRUE(CompareOptions(options, again).empty());
}

TEST(CityOptions, NameWhatDoesNotFit) {
  const auto problem = [](auto change) {
    CityOptions options;
    change(options);
    const auto found = options.Check();
    return found ? found->key : "";
  };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& o) { o.room = 16; }), "room");
  EXPECT_EQ(problem([](auto& o) { o.top = -1; }), "top");
  EXPECT_EQ(problem([](auto& o) { o.wall_height = .5; }), "wall_height");
  EXPECT_EQ(problem([](auto& o) { o.step = "half"; }), "back");
  EXPECT_EQ(problem([](auto& o) { o.layout = "maze", o.room = 6; }), "room");
  EXPECT_EQ(problem([](auto& o) { o.task = "collect", o.pickups = 30; }),
            "room");
  EXPECT_EQ(problem([](auto& o) { o.headings = "some"; }), "headings");
  EXPECT_EQ(problem([](auto& o) { o.blocked = std::nan(""); }), "blocked");
}

}  // namespace
}  // namespace credo
