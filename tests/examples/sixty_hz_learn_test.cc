// examples/sixty_hz/ beside the trainer: its rooms are those of the world
// `grid`, and a model of the trainer's is drawn with its probes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "examples/sixty_hz/room.h"
#include "sdk/worlds/grid.h"
#include "sdk/worlds/record_buffer.h"
#include "tests/agents/experiment.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using sixty_hz::Room;
using testing::ElementsAreArray;
using testing::HasSubstr;

GridOptions Options() {
  GridOptions options;
  options.room = sixty_hz::kRoomSide;
  options.view = sixty_hz::kViewSide;
  options.colours = sixty_hz::kColours;
  options.task = "goal";
  options.episode = sixty_hz::kMovesPerEpisode;
  return options;
}

// The room as the text that Grid::FromText reads.
std::string TextOf(const Room& room) {
  std::string text;
  for (int cell = 0; cell < sixty_hz::kCells; ++cell) {
    const int at = room.At(cell);
    text += cell == room.cell()          ? '@'
            : at == sixty_hz::kGoalOnMap ? 'G'
                                         : static_cast<char>('0' + at);
    if (cell % sixty_hz::kRoomSide == sixty_hz::kRoomSide - 1) text += '\n';
  }
  return text;
}

// The trainer's world with its present record.
class World {
 public:
  explicit World(const std::string& text)
      : world_(Make(text)),
        buffer_(world_->spec(), 1),
        writer_(world_->spec()) {
    writer_.Open(buffer_.rows(), 0, true);
    world_->Reset(1, writer_);
    ThrowUnlessOk(writer_.Close());
  }
  void Step(int move) {
    const auto action = static_cast<float>(move);
    writer_.Open(buffer_.rows(), 0, false);
    world_->Step({&action, 1}, writer_);
    ThrowUnlessOk(writer_.Close());
  }
  std::vector<uint8_t> view() const { return buffer_.Bytes("view"); }
  float reward() const { return buffer_.reward(); }

 private:
  static std::unique_ptr<Environment> Make(const std::string& text) {
    auto world = Grid::FromText(text, Options());
    ThrowUnlessOk(world.status());
    return *std::move(world);
  }

  std::unique_ptr<Environment> world_;
  RecordBuffer buffer_;
  RecordWriter writer_;
};

TEST(SixtyHzRoom, IsTheWorldThatTheAgentLearnedIn) {
  int goals = 0, others = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Room start(seed);
    // In the text the character stands on colour 0.
    if (start.At(start.cell()) != 0) continue;
    for (int move = 0; move < sixty_hz::kMoves; ++move) {
      World world(TextOf(start));
      EXPECT_THAT(world.view(), ElementsAreArray(start.Sight()));
      Room room = start;
      room.Leave(move);
      const float reward = room.Arrive();
      world.Step(move);
      EXPECT_EQ(world.reward(), reward);
      ++(reward > 0 ? goals : others);
      // After the goal each draws its own cell to go on from.
      if (reward > 0) continue;
      EXPECT_THAT(world.view(), ElementsAreArray(room.Sight()));
    }
  }
  EXPECT_GT(goals, 10);
  EXPECT_GT(others, 300);
}

// Runs the program with an untrained model of the trainer's.
Ended RunModel(const std::string& world, std::vector<std::string> arguments) {
  const TemporaryFolder folder;
  const std::string path = folder / "model.safetensors";
  std::ofstream(path, std::ios::binary)
      << Experiment(
             "world: " + world +
             "\n"
             "agent: {encoder: {kind: mlp, sizes: [16]}, core: {kind: lstm, "
             "size: 16}}\n"
             "probes: [{kind: cells, target: map}, {kind: class, target: "
             "pose.cell}]\n")
             .Model(/*frames=*/640);
  arguments.insert(arguments.begin(), {"/usr/bin/env", "SDL_VIDEODRIVER=dummy",
                                       CREDO_SIXTY_HZ, path});
  return RunToEnd(arguments);
}

TEST(SixtyHz, DrawsWhatProbesRead) {
  const Ended ended =
      RunModel("{kind: grid, task: goal, episode: 64}", {"--seconds", "1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("done: 60 ticks in "));
}

TEST(SixtyHz, RefusesAModelOfLargerRoomsByItsProbe) {
  const Ended ended = RunModel("{kind: grid, task: goal, room: 7}", {"--fast"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err,
              HasSubstr("probe 'map': expected that of a room of 5x5 cells"));
}

}  // namespace
}  // namespace credo
