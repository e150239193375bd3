// The table of what beliefs know, where it is known what they know.

#include "agents/runs/probe_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/agents/probes/cards.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr const char* kProbes =
    "probes:\n"
    "  - {kind: cells, target: map}\n"
    "  - {kind: class, target: opened}\n"
    "  - {kind: real, target: record}\n";
// Linear: what it knows after 500 updates is what the features hold.
constexpr const char* kProbing =
    "probing: {hidden: [], frames: 20000, learning_rate: 0.1}\n";
constexpr const char* kBriefProbing = "probing: {hidden: [4], frames: 400}\n";

Result<ProbeTable> Table(const std::vector<const LoadedRun*>& runs,
                         const Parts& parts, ProbeTableOptions options = {},
                         int stop = 0, const ProbeRowListener& listener = {}) {
  const std::atomic<int> stopped{stop};
  return MakeProbeTable(runs, parts, options, stopped, listener);
}

ProbeTable TableOf(const std::vector<const LoadedRun*>& runs,
                   const Parts& parts, ProbeTableOptions options = {}) {
  Result<ProbeTable> table = Table(runs, parts, options);
  ThrowUnlessOk(table.status());
  return *std::move(table);
}

std::vector<std::string> Names(const ProbeTable& table) {
  std::vector<std::string> names;
  for (const ProbeRow& row : table.rows) names.push_back(row.name);
  return names;
}

const PartScore& PartOf(const ProbeRow& row, const std::string& target,
                        const std::string& part) {
  for (const HeadScore& head : row.scores) {
    if (head.target == target) return *head.Find(part);
  }
  throw std::invalid_argument("no target " + target);
}

std::string ScoresOf(const ProbeRow& row) {
  ProbeTable table;
  table.rows = {row};
  table.rows[0].name = table.rows[0].control = "";
  return ProbeTableToJson(table);
}

// --- What is known ---

class NotebookTable : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    at::set_num_threads(1);
    parts_ = new Parts(PartsWithCards());
    run_ = MakeCardsRun("notebook",
                        std::string(kNotebookAgent) + "actions: scripted\n" +
                            kProbes + kProbing,
                        *parts_)
               .release();
    table_ = new ProbeTable(TableOf({run_}, *parts_, {.episodes = 400}));
  }
  static void TearDownTestSuite() {
    delete table_;
    delete run_;
    delete parts_;
  }

  static const ProbeRow& Row(const std::string& control) {
    const ProbeRow* row = table_->Find(control);
    if (row == nullptr) throw std::invalid_argument("no row " + control);
    return *row;
  }
  static double Mean(const std::string& control, const std::string& target,
                     const std::string& part) {
    return PartOf(Row(control), target, part).late.mean;
  }

  static const Parts* parts_;
  static const LoadedRun* run_;
  static const ProbeTable* table_;
};
const Parts* NotebookTable::parts_ = nullptr;
const LoadedRun* NotebookTable::run_ = nullptr;
const ProbeTable* NotebookTable::table_ = nullptr;

TEST_F(NotebookTable, HasARowForTheRunAndEachControl) {
  EXPECT_THAT(Names(*table_), ElementsAre("notebook", "encoder only",
                                          "untrained", "constant"));
  EXPECT_EQ(table_->rows[0].control, "");
  EXPECT_EQ(table_->rows[1].control, "encoder_only");
  EXPECT_EQ(table_->rows[2].control, "untrained");
  EXPECT_EQ(table_->rows[3].control, "constant");
  EXPECT_EQ(table_->probe_frames, 20000);
}

TEST_F(NotebookTable, ABeliefThatNotesAllKnowsAllThatWasSeen) {
  EXPECT_EQ(Mean("", "map", "seen"), 1);
  EXPECT_EQ(Mean("", "map", "remembered"), 1);
}

// A card is 0 one time in two; nothing tells of a card that was not shown. (One
// may do worse than to guess 0.)
TEST_F(NotebookTable, NobodyKnowsWhatWasNotSeen) {
  for (const ProbeRow& row : table_->rows) {
    const PartScore& unseen = PartOf(row, "map", "unseen");
    EXPECT_GT(unseen.cells, 500) << row.name;
    EXPECT_LT(unseen.late.mean, 0.56) << row.name;
  }
}

TEST_F(NotebookTable, AnEncoderKnowsTheCardInViewAndNoOther) {
  const PartScore& seen = PartOf(Row("encoder_only"), "map", "seen");
  const PartScore& remembered =
      PartOf(Row("encoder_only"), "map", "remembered");
  EXPECT_NEAR(remembered.late.mean, 0.5, 0.06);
  const double right_in_view =
      seen.late.mean * static_cast<double>(seen.cells) -
      remembered.late.mean * static_cast<double>(remembered.cells);
  EXPECT_NEAR(right_in_view,
              static_cast<double>(seen.cells - remembered.cells), 1e-6);
}

// Only a belief state that is carried between unrolls and reset at first
// records counts records right, in training and on held-out episodes.
TEST_F(NotebookTable, ABeliefThatCountsKnowsTheRecord) {
  EXPECT_LT(Mean("", "record", "all"), 0.15);
  EXPECT_GT(Mean("encoder_only", "record", "all"), 1);
}

TEST_F(NotebookTable, TheConstantGuessesTheMostFrequentValue) {
  const auto groups =
      RecordEpisodes(run_->agent(), run_->worlds, 1, 400,
                     ActionSource::kScripted, run_->reward_clip());
  ThrowUnlessOk(groups.status());
  double zeros = 0;
  double seen_zeros = 0;
  double seen = 0;
  for (const EpisodeGroup& group : *groups) {
    const NamedTensors& privileged = group.records->privileged;
    const at::Tensor zero = privileged["map"].narrow(0, 4, 4).eq(0);
    const at::Tensor mask = privileged["map.seen"].narrow(0, 4, 4).ne(0);
    zeros += zero.sum().item<double>();
    seen += mask.sum().item<double>();
    seen_zeros += zero.logical_and(mask).sum().item<double>();
  }
  EXPECT_DOUBLE_EQ(Mean("constant", "map", "all"), zeros / (400 * 4 * 4));
  EXPECT_DOUBLE_EQ(Mean("constant", "map", "seen"), seen_zeros / seen);
  // Numbers 4 .. 7 of records 0 .. 7, whose mean is 3.5.
  EXPECT_NEAR(Mean("constant", "record", "all"), 2, 0.05);
}

TEST_F(NotebookTable, EveryRowReadsTheSameCells) {
  for (const ProbeRow& row : table_->rows) {
    ASSERT_EQ(row.scores.size(), 3u) << row.name;
    for (const char* part : {"all", "seen", "remembered", "unseen"}) {
      EXPECT_EQ(PartOf(row, "map", part).cells,
                PartOf(Row(""), "map", part).cells)
          << row.name << ", " << part;
    }
  }
  EXPECT_EQ(PartOf(Row(""), "map", "all").cells, 400 * 4 * kCards);
  // One card is in view at each record.
  EXPECT_EQ(PartOf(Row(""), "map", "seen").cells -
                PartOf(Row(""), "map", "remembered").cells,
            400 * 4);
}

TEST_F(NotebookTable, CurvesGoOverTheWholeEpisode) {
  const std::vector<double>& seen = PartOf(Row(""), "map", "seen").curve;
  ASSERT_EQ(seen.size(), 8u);
  for (const double share : seen) EXPECT_EQ(share, 1);
  // At the first record nothing is remembered.
  EXPECT_TRUE(std::isnan(PartOf(Row(""), "map", "remembered").curve[0]));
}

TEST_F(NotebookTable, IntervalsHoldTheMean) {
  for (const ProbeRow& row : table_->rows) {
    const Interval& all = PartOf(row, "map", "all").late;
    EXPECT_LE(all.low, all.mean) << row.name;
    EXPECT_LE(all.mean, all.high) << row.name;
    EXPECT_LT(all.high - all.low, 0.1) << row.name;
  }
}

// --- How a table is made ---

class ProbeTableTest : public testing::Test {
 protected:
  ProbeTableTest() { at::set_num_threads(1); }

  std::unique_ptr<LoadedRun> Learned(const std::string& name,
                                     const std::string& more = "") const {
    return MakeCardsRun(name, kLearnedAgent + std::string(kProbes) +
                                  kBriefProbing + more,
                        parts_);
  }
  // As if it had learned: other weights than the first ones.
  static void Shake(LoadedRun& run) {
    torch::NoGradGuard no_grad;
    at::Tensor values = run.learner->parameters().values();
    values.add_(at::sin(torch::arange(values.size(0), torch::kFloat)), 0.3);
  }

  const Parts parts_ = PartsWithCards();
  const ProbeTableOptions few_{.episodes = 40};
};

TEST_F(ProbeTableTest, TheUntrainedControlIsTheAgentAsItBegan) {
  const auto fresh = Learned("fresh");
  const auto trained = Learned("trained");
  Shake(*trained);
  const ProbeTable table = TableOf({trained.get()}, parts_, few_);
  const std::string untrained = ScoresOf(*table.Find("untrained"));
  EXPECT_EQ(untrained, ScoresOf(TableOf({fresh.get()}, parts_, few_).rows[0]));
  EXPECT_NE(untrained, ScoresOf(*table.Find("")));
}

// What it learned by looking at frames is no training.
TEST_F(ProbeTableTest, TheUntrainedControlSeesAsTheRunDoes) {
  LoadedRun run(parts_);
  run.path = run.name = "run";
  ThrowUnlessOk(ReadYaml(
      "world: {kind: city, room: 3, episode: 9}\n"
      "learner: {unroll: 5, batch: 8, warmup: 0}\n"
      "agent: {encoder: {kind: mlp, sizes: [8], standardise: 4}, core: {kind: "
      "lstm, size: 8}}\nprobes: [{kind: cells, target: map}]\n" +
          std::string(kBriefProbing),
      "run.yaml", {}, run.options));
  run.worlds = MakeWorldFactory(run.options, parts_);
  run.spec = (*run.worlds())->spec();
  run.learner = *Learner::Make(run.options, parts_, run.spec);
  const torch::NoGradGuard no_grad;
  for (const Parameter& p : run.learner->parameters().list()) {
    at::Tensor value = p.value;
    if (!p.learned) value.uniform_(0.2, 0.4);
  }
  const torch::AutoGradMode gradients(true);
  const ProbeTable table = TableOf({&run}, parts_, few_);
  // Nothing else was trained, so both are the same agent.
  EXPECT_EQ(ScoresOf(*table.Find("untrained")), ScoresOf(*table.Find("")));
}

TEST_F(ProbeTableTest, TheEncoderAloneIsThatOfTheRun) {
  const auto fresh = Learned("fresh");
  const auto trained = Learned("trained");
  Shake(*trained);
  EXPECT_NE(
      ScoresOf(*TableOf({trained.get()}, parts_, few_).Find("encoder_only")),
      ScoresOf(*TableOf({fresh.get()}, parts_, few_).Find("encoder_only")));
}

TEST_F(ProbeTableTest, ARowDoesNotDependOnTheOthers) {
  const auto one = Learned("one");
  const auto two = Learned("two");
  Shake(*two);
  const ProbeTable both = TableOf({one.get(), two.get()}, parts_, few_);
  EXPECT_EQ(ScoresOf(*both.Find("", "two")),
            ScoresOf(TableOf({two.get()}, parts_, few_).rows[0]));
  EXPECT_NE(ScoresOf(*both.Find("", "two")),
            ScoresOf(*both.Find("", "one")));
}

// Whatever acts in the runs, episodes are those of the scripted policy.
TEST_F(ProbeTableTest, ActionsAreForced) {
  const auto policy = Learned("run", "actions: policy\n");
  const auto scripted = Learned("run", "actions: scripted\n");
  EXPECT_EQ(ScoresOf(TableOf({policy.get()}, parts_, few_).rows[0]),
            ScoresOf(TableOf({scripted.get()}, parts_, few_).rows[0]));
}

TEST_F(ProbeTableTest, RunsComeInOrderAndTheOracleLast) {
  const auto one = Learned("one");
  const auto oracle = Learned("best", "actions: scripted\noracle: true\n");
  const auto two = Learned("two");
  const ProbeTable table =
      TableOf({one.get(), oracle.get(), two.get()}, parts_, few_);
  EXPECT_THAT(Names(table), ElementsAre("one", "two", "encoder only",
                                        "untrained", "constant", "best"));
  EXPECT_EQ(table.rows.back().control, "oracle");
  EXPECT_EQ(table.Find("oracle"), &table.rows.back());
  EXPECT_EQ(table.Find("", "two"), &table.rows[1]);
  EXPECT_EQ(table.Find("", "three"), nullptr);
}

TEST_F(ProbeTableTest, EachKindOfAgentHasItsOwnControls) {
  const auto one = Learned("one");
  const auto other = MakeCardsRun(
      "other",
      "agent: {encoder: {kind: mlp, sizes: [5]}, core: {kind: lstm, size: "
      "4}}\n" +
          std::string(kProbes) + kBriefProbing,
      parts_);
  EXPECT_THAT(Names(TableOf({one.get(), other.get()}, parts_, few_)),
              ElementsAre("one", "other", "encoder only", "untrained",
                          "encoder only (other)", "untrained (other)",
                          "constant"));
}

TEST_F(ProbeTableTest, RunsOfOneNameAreToldApartByTheirPaths) {
  const auto one = Learned("run");
  const auto two = Learned("run");
  one->path = "first/run";
  two->path = "second/run";
  const ProbeTable table = TableOf({one.get(), two.get()}, parts_, few_);
  EXPECT_EQ(table.rows[0].name, "first/run");
  EXPECT_EQ(table.rows[1].name, "second/run");
}

TEST_F(ProbeTableTest, ThreadsChangeNoNumber) {
  const auto one = Learned("one");
  const auto two = Learned("two");
  Shake(*two);
  ProbeTableOptions options = few_;
  const std::string single =
      ProbeTableToJson(TableOf({one.get(), two.get()}, parts_, options));
  for (const int64_t threads : {2, 7}) {
    options.threads = threads;
    EXPECT_EQ(ProbeTableToJson(TableOf({one.get(), two.get()}, parts_,
                                       options)),
              single)
        << threads;
  }
}

TEST_F(ProbeTableTest, OtherSeedsReadOtherEpisodes) {
  const auto run = Learned("run");
  const auto cells = [&](uint64_t seed) {
    const ProbeTable table =
        TableOf({run.get()}, parts_, {.episodes = 40, .seed = seed});
    return PartOf(*table.Find("constant"), "map", "seen").cells;
  };
  EXPECT_NE(cells(1), cells(2));
}

TEST_F(ProbeTableTest, TellsOfEachRowOnce) {
  const auto run = Learned("run");
  std::vector<std::string> heard;
  std::mutex mutex;
  ProbeTableOptions options = few_;
  options.threads = 2;
  const auto table = Table({run.get()}, parts_, options, 0,
                           [&](const ProbeRow& row) {
                             const std::lock_guard lock(mutex);
                             heard.push_back(row.name);
                           });
  ThrowUnlessOk(table.status());
  EXPECT_THAT(heard, UnorderedElementsAre("run", "encoder only", "untrained",
                                          "constant"));
}

TEST_F(ProbeTableTest, LeavesTheRunsAlone) {
  const auto run = Learned("run");
  const at::Tensor before = run->learner->parameters().values().clone();
  const Parameters& probes = run->learner->probes()->parameters();
  const at::Tensor probes_before = probes.values().clone();
  TableOf({run.get()}, parts_, few_);
  EXPECT_TRUE(at::equal(run->learner->parameters().values(), before));
  EXPECT_TRUE(at::equal(probes.values(), probes_before));
}

// Held-out episodes are recorded once; no probe learns from one, and no run of
// the same seed did.
TEST_F(ProbeTableTest, NoEpisodeThatIsReadWasLearnedFrom) {
  const auto run = Learned("run");
  std::map<uint64_t, int> opened;
  class Watched : public Cards {
   public:
    explicit Watched(std::map<uint64_t, int>* opened) : opened_(opened) {}
    void Reset(uint64_t seed, RecordWriter& out) override {
      ++(*opened_)[seed];
      Cards::Reset(seed, out);
    }

   private:
    std::map<uint64_t, int>* opened_;
  };
  run->worlds = [&]() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Watched>(&opened));
  };
  TableOf({run.get()}, parts_, few_);
  const RandomStream read(HeldOutSeed(1), "world");
  const RandomStream trained(1, "world");
  for (uint32_t b = 0; b < 40; ++b) {
    EXPECT_EQ(opened[read.SeedAt(b, 0)], 1) << "episode " << b;
    for (uint64_t n = 0; n < 20; ++n) {
      EXPECT_EQ(opened.count(trained.SeedAt(b, n)), 0u)
          << "episode " << n << " of character " << b << " of the run";
    }
  }
  // The probes had episodes of their own.
  EXPECT_GT(opened.size(), 1000u);
}

// --- What cannot be probed ---

TEST_F(ProbeTableTest, EndsWhenItIsStopped) {
  const auto run = Learned("run");
  EXPECT_EQ(Table({run.get()}, parts_, few_, /*stop=*/2).status().code(),
            StatusCode::kCancelled);
}

TEST_F(ProbeTableTest, RefusesARunWithoutProbes) {
  const auto run = MakeCardsRun("bare", kLearnedAgent, parts_);
  const Status status = Table({run.get()}, parts_, few_).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("runs/bare: "),
                                      HasSubstr("found probes: []")));
}

TEST_F(ProbeTableTest, RefusesRunsOfDifferentWorlds) {
  const auto cards = Learned("cards");
  const auto grid = Learned("grid");
  ThrowUnlessOk(ReadYaml("world: {kind: grid}\n", "grid.yaml", {},
                         grid->options));
  const Status status = Table({cards.get(), grid.get()}, parts_, few_).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("runs/grid: "), HasSubstr("runs/cards"),
                    HasSubstr("world")));
}

TEST_F(ProbeTableTest, RefusesRunsOfOneWorldWithOtherOptions) {
  const auto one = Learned("one");
  const auto two = Learned("two");
  ThrowUnlessOk(ReadYaml("world: {kind: grid, room: 5}\n", "grid.yaml", {},
                         one->options));
  ThrowUnlessOk(ReadYaml("world: {kind: grid, room: 6}\n", "grid.yaml", {},
                         two->options));
  const Status status = CheckProbedRuns({one.get(), two.get()});
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("room"));
  EXPECT_TRUE(CheckProbedRuns({one.get(), one.get()}).ok());
}

TEST_F(ProbeTableTest, AWorldThatFailsInAProbeIsNamed) {
  const auto run = Learned("run");
  // A probe opens 13 episodes of each world; 9 are opened while held-out ones
  // are recorded.
  run->options.probing.frames = 800;
  class Worn : public Cards {
    void Reset(uint64_t seed, RecordWriter& out) override {
      if (++episodes_ > 9) throw std::runtime_error("the cards are worn");
      Cards::Reset(seed, out);
    }
    int episodes_ = 0;
  };
  run->worlds = []() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Worn>());
  };
  const Status status = Table({run.get()}, parts_, few_).status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("world 'cards', character"),
                                      HasSubstr("the cards are worn")));
}

TEST_F(ProbeTableTest, WithoutRunsIsMisuse) {
  EXPECT_THROW(CheckProbedRuns({}), c10::Error);
  EXPECT_THROW((void)Table({}, parts_, few_), c10::Error);
}

// --- The memoryless floor in a real world ---

TEST(MemorylessRow, StaysAtChanceOnWhatIsRememberedInAGrid) {
  at::set_num_threads(1);
  const Parts parts = BuiltInParts();
  LoadedRun run(parts);
  run.path = run.name = "memoryless";
  ThrowUnlessOk(ReadYaml(
      "world: {kind: grid, room: 5, view: 3, colours: 2, episode: 24}\n"
      "actions: scripted\n"
      "agent: {encoder: {kind: mlp, sizes: [32]}, core: {kind: memoryless}}\n"
      "learner: {unroll: 25, batch: 16, warmup: 0}\n"
      "probes: [{kind: cells, target: map}]\n"
      "probing: {hidden: [64], frames: 120000}\n",
      "memoryless.yaml", {}, run.options));
  run.worlds = MakeWorldFactory(run.options, parts);
  auto world = run.worlds();
  ThrowUnlessOk(world.status());
  run.spec = (*world)->spec();
  auto learner = Learner::Make(run.options, parts, run.spec);
  ThrowUnlessOk(learner.status());
  run.learner = *std::move(learner);
  const ProbeTable table = TableOf({&run}, parts, {.episodes = 200});
  for (const char* control : {"", "encoder_only", "untrained"}) {
    const ProbeRow& row = *table.Find(control);
    EXPECT_NEAR(PartOf(row, "map", "remembered").late.mean, 0.5, 0.04)
        << control;
    EXPECT_NEAR(PartOf(row, "map", "unseen").late.mean, 0.5, 0.04) << control;
    // It does know some of what it sees: near walls they tell the place.
    EXPECT_GT(PartOf(row, "map", "seen").late.mean, 0.53) << control;
  }
}

}  // namespace
}  // namespace credo
