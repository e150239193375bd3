// How well an agent of the world `city` imagines blocks that it does not see:
//
//   imagined_colours RUN [CASES]
//
// A case is a moment in the second half of a held-out episode, a block that is
// not in view there, and the shortest way that ends before it, twelve decisions
// at most: a path that was not taken. The frame at the end of the way is
// imagined from the belief of that moment and the way alone. Its colour is
// right when it is nearer to the true view of the end than to the views with
// the block in any other colour. Half of the cases are of blocks that had been
// seen in the episode, half of blocks that never were: there chance is the best
// there is.
//
// Prints one line of JSON: of both halves the cases and the share of right
// ones.

#include <torch/types.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/acting/beliefs.h"
#include "agents/acting/episodes.h"
#include "agents/runs/imagination.h"
#include "agents/runs/loaded_run.h"
#include "agents/runs/path.h"
#include "sdk/worlds/city.h"
#include "sdk/worlds/map_text.h"

namespace credo {
namespace {

constexpr uint64_t kSeed = 11;       // of the held-out episodes
constexpr int64_t kLongestWay = 12;  // decisions
constexpr int64_t kSamples = 16;     // whose mean is what was imagined
constexpr int64_t kEpisodes = 640;   // more than cases need
constexpr int64_t kEvery = 8;        // records between moments

struct Pose {
  int64_t cell = 0;
  int64_t heading = 0;
  auto operator<=>(const Pose&) const = default;
};

struct Room {
  int64_t side = 0;
  std::vector<uint8_t> cells;  // 0 free, else a colour

  // The cell before a pose, or -1 outside the room.
  int64_t Ahead(const Pose& pose) const {
    constexpr int64_t kRows[] = {-1, 0, 1, 0};
    constexpr int64_t kColumns[] = {0, 1, 0, -1};
    const int64_t row = pose.cell / side + kRows[pose.heading];
    const int64_t column = pose.cell % side + kColumns[pose.heading];
    const bool inside =
        row >= 0 && row < side && column >= 0 && column < side;
    return inside ? row * side + column : -1;
  }

  // The fewest choices (forward, left, right) from `from` to a pose before
  // cell `block`; `at` is that pose. Empty when there is no way.
  std::vector<float> WayTo(int64_t block, const Pose& from, Pose& at) const {
    std::map<Pose, std::vector<float>> ways = {{from, {}}};
    std::deque<Pose> open = {from};
    while (!open.empty()) {
      const Pose pose = open.front();
      open.pop_front();
      const std::vector<float> way = ways[pose];
      if (Ahead(pose) == block) {
        at = pose;
        return way;
      }
      for (const int64_t choice : {0, 1, 2}) {
        Pose next = pose;
        if (choice == 0) {
          const int64_t ahead = Ahead(pose);
          if (ahead < 0 || cells[ahead] != 0) continue;
          next.cell = ahead;
        } else {
          next.heading = (pose.heading + (choice == 1 ? 3 : 1)) % 4;
        }
        if (ways.contains(next)) continue;
        ways[next] = way;
        ways[next].push_back(static_cast<float>(choice));
        open.push_back(next);
      }
    }
    return {};
  }

  // As City::FromText reads it.
  std::string Text(const Pose& pose) const {
    std::string text;
    for (int64_t i = 0; i < side * side; ++i) {
      if (i > 0 && i % side == 0) text += '\n';
      text += cells[i] == 0 ? '.' : static_cast<char>('0' + cells[i]);
    }
    text[pose.cell + pose.cell / side] = kHeadingCharacters[pose.heading];
    return text;
  }
};

template <typename T>
T Taken(Result<T> result) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "imagined_colours: %s\n",
               result.status().message().c_str());
  std::exit(2);
}

class Study {
 public:
  // REQUIRES: CanJudge.
  explicit Study(const LoadedRun& run)
      : run_(run),
        task_(ImaginingTask(*run.learner)),
        options_(static_cast<const CityOptions&>(*run.options.world.options)) {}

  static bool CanJudge(const LoadedRun& run) {
    if (run.options.world.kind != "city") return false;
    const auto& options =
        static_cast<const CityOptions&>(*run.options.world.options);
    return options.headings == "four" && options.step == "cell" &&
           options.task == "explore" && ImaginingTask(*run.learner) != nullptr;
  }

  // `cases` of each half, or as many as there are.
  void Run(int64_t cases) {
    const std::vector<EpisodeGroup> groups =
        Taken(RecordEpisodes(run_.agent(), run_.worlds, kSeed, kEpisodes,
                             run_.source(), run_.reward_clip()));
    for (const EpisodeGroup& group : groups) {
      for (int64_t b = 0; b < group.size(); ++b) {
        for (int64_t t = group.lengths[b] / 2;
             t + kLongestWay < group.lengths[b]; t += kEvery) {
          for (const bool seen : {true, false}) {
            Half& half = halves_[seen];
            if (half.cases < cases) Try(group, b, t, seen, half);
          }
        }
      }
    }
  }

  void Print() {
    std::printf(
        "{\"seen\": {\"cases\": %lld, \"right\": %.4f}, \"unseen\": "
        "{\"cases\": %lld, \"right\": %.4f}, \"chance\": %.4f}\n",
        static_cast<long long>(halves_[true].cases), halves_[true].Share(),
        static_cast<long long>(halves_[false].cases), halves_[false].Share(),
        1.0 / static_cast<double>(options_.colours));
  }

 private:
  struct Half {
    int64_t cases = 0;
    int64_t right = 0;
    double Share() const {
      return cases > 0 ? static_cast<double>(right) / cases : 0;
    }
  };

  // The first block that fits, if there is one.
  void Try(const EpisodeGroup& group, int64_t b, int64_t t, bool seen,
           Half& half) const {
    const NamedTensors& truth = group.records->privileged;
    const at::Tensor map = truth["map"][t][b].contiguous();
    Room room{map.size(0), {}};
    room.cells.assign(map.const_data_ptr<uint8_t>(),
                      map.const_data_ptr<uint8_t>() + map.numel());
    const at::Tensor was_seen = truth["map.seen"][t][b].flatten();
    const at::Tensor visible = truth["map.visible"][t][b].flatten();
    const Pose from{truth["pose.cell"][t][b].item<int64_t>(),
                    truth["pose.heading"][t][b].item<int64_t>()};
    for (size_t cell = 0; cell < room.cells.size(); ++cell) {
      const auto i = static_cast<int64_t>(cell);
      if (room.cells[cell] == 0 || visible[i].item<bool>() ||
          was_seen[i].item<bool>() != seen) {
        continue;
      }
      Pose at;
      const std::vector<float> way = room.WayTo(i, from, at);
      if (way.empty() || static_cast<int64_t>(way.size()) > kLongestWay) {
        continue;
      }
      ++half.cases;
      half.right += IsRight(group, b, t, room, i, at, way);
      return;
    }
  }

  bool IsRight(const EpisodeGroup& group, int64_t b, int64_t t, Room room,
               int64_t block, const Pose& at,
               const std::vector<float>& way) const {
    const at::Tensor actions =
        at::cat({group.records->actions.select(1, b).slice(0, 1, t + 1),
                 torch::tensor(way).unsqueeze(1)});
    const std::unique_ptr<Unroll> path = Taken(RecordPath(
        run_.agent(), run_.worlds, kSeed, group.first + b, actions));
    const Beliefs beliefs = ReadBeliefs(
        run_.agent(), *path, run_.agent().InitialState(1), run_.reward_clip());
    const auto steps = static_cast<int64_t>(way.size());
    const at::Tensor imagined =
        ImagineSamples(run_.agent(), *task_, *path, beliefs, t, 0, steps,
                       kSeed, kSamples)
            .mean["view"][steps];
    const uint8_t truth = room.cells[block];
    uint8_t nearest = 0;
    double least = 0;
    for (uint8_t colour = 1; colour <= options_.colours; ++colour) {
      room.cells[block] = colour;
      const double error =
          (View(room.Text(at)) - imagined).square().mean().item<double>();
      if (nearest != 0 && error >= least) continue;
      nearest = colour;
      least = error;
    }
    return nearest == truth;
  }

  // What is seen at the start of a map.
  at::Tensor View(const std::string& text) const {
    const EnvironmentFactory factory = [&] {
      return City::FromText(text, options_);
    };
    const auto world = Taken(VectorEnvironment::Make(factory, 1, 0, 1));
    Unroll unroll(world->spec(), 1, 1, 0);
    const std::vector<float> none(1, 0.0f);
    const Status shown = world->Step(none, unroll.Rows(0, 0));
    if (!shown.ok()) std::abort();
    return unroll.observations["view"][0][0].to(at::kFloat) / 255.0;
  }

  const LoadedRun& run_;
  const AuxiliaryTask* task_;
  const CityOptions& options_;
  std::map<bool, Half> halves_;
};

int Main(int count, char** arguments) {
  if (count < 2 || count > 3) {
    std::fprintf(stderr, "usage: imagined_colours RUN [CASES]\n");
    return 2;
  }
  const torch::NoGradGuard no_grad;
  const Parts parts = BuiltInParts();
  const auto run = Taken(LoadRun(arguments[1], parts));
  if (!Study::CanJudge(*run)) {
    std::fprintf(stderr,
                 "imagined_colours: expected a run that imagines, on city with "
                 "task explore, four headings and whole steps\n");
    return 2;
  }
  Study study(*run);
  study.Run(count > 2 ? std::atoll(arguments[2]) : 200);
  study.Print();
  return 0;
}

}  // namespace
}  // namespace credo

int main(int count, char** arguments) {
  return credo::Main(count, arguments);
}
