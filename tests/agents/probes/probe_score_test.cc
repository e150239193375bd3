// Which cells of which records count: seen, remembered and unseen ones, of the
// second half of each episode and of nothing behind its end.

#include "agents/probes/probe_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/agents/probes/cards.h"
#include "tests/conformance/network_checks.h"

namespace credo {
namespace {

using testing::ElementsAre;

// A head whose predictions are the scores themselves.
class GivenScores : public ProbeHead {
 public:
  GivenScores(int64_t cells, std::string seen, std::string visible)
      : target_(ObservationSpec::Tiles("map", {cells}, 2).Privileged()),
        seen_(std::move(seen)),
        visible_(std::move(visible)) {}
  const ObservationSpec& target() const override { return target_; }
  int64_t predictions() const override { return target_.elements(); }
  at::Tensor Loss(const at::Tensor& predictions,
                  const at::Tensor&) const override {
    return predictions.sum(-1);
  }
  at::Tensor Score(const at::Tensor& predictions,
                   const at::Tensor&) const override {
    return predictions;
  }
  at::Tensor Constant(const at::Tensor&) const override { return {}; }
  bool is_accuracy() const override { return true; }
  const std::string& seen() const override { return seen_; }
  const std::string& visible() const override { return visible_; }

 private:
  ObservationSpec target_;
  std::string seen_;
  std::string visible_;
};

// Episodes with scores and masks that a test writes: all seen, all visible, all
// scores 0 to begin with.
struct Written {
  Written(int64_t cells, std::vector<int64_t> lengths) {
    EnvironmentSpec spec;
    spec.observations = {
        ObservationSpec::Tiles("view", {1}, 2),
        ObservationSpec::Tiles("map", {cells}, 2).Privileged(),
        ObservationSpec::Tiles("map.seen", {cells}, 2).Privileged(),
        ObservationSpec::Tiles("map.visible", {cells}, 2).Privileged()};
    spec.action.fields = {ActionField::Discrete("move", 2)};
    const auto longest = *std::ranges::max_element(lengths);
    const auto columns = static_cast<int64_t>(lengths.size());
    group.records = std::make_unique<Unroll>(spec, longest - 1, columns, 0);
    group.lengths = std::move(lengths);
    seen = group.records->privileged["map.seen"];
    visible = group.records->privileged["map.visible"];
    seen.fill_(1);
    visible.fill_(1);
    scores = torch::zeros({longest, columns, cells});
  }

  EpisodeGroup group;
  at::Tensor seen;     // [T+1, B, cells]
  at::Tensor visible;  // [T+1, B, cells]
  at::Tensor scores;   // [T+1, B, cells]
};

// What the scores of these groups come to.
HeadScore Score(const ProbeHead& head, std::vector<Written*> all,
                uint64_t seed = 1) {
  std::vector<EpisodeGroup> groups;
  for (Written* written : all) groups.push_back(std::move(written->group));
  size_t next = 0;
  const Predictor predict = [&](const EpisodeGroup&) {
    return std::vector<at::Tensor>{all[next++]->scores.flatten(0, 1)};
  };
  std::vector<HeadScore> scores = ScoreProbes({&head}, groups, predict, seed);
  EXPECT_EQ(scores.size(), 1u);
  return scores[0];
}

const GivenScores kMasked4(4, "map.seen", "map.visible");
const GivenScores kMasked1(1, "map.seen", "map.visible");

// --- Masks ---

class MaskedCells : public testing::Test {
 protected:
  // One episode of two records; its second half is record 1. Cell 0 is in view,
  // 1 and 3 were seen before, 2 never was.
  MaskedCells() : written_(4, {2}) {
    written_.scores[0][0].fill_(100);  // the first half does not count
    written_.scores[1][0].copy_(torch::tensor({0.125, 0.25, 1.0, 0.75}));
    written_.seen[1][0][2] = 0;
    for (const int64_t cell : {1, 2, 3}) written_.visible[1][0][cell] = 0;
  }
  Written written_;
};

TEST_F(MaskedCells, AreToldApart) {
  const HeadScore score = Score(kMasked4, {&written_});
  EXPECT_EQ(score.Find("all")->late.mean, (0.125 + 0.25 + 1.0 + 0.75) / 4);
  EXPECT_EQ(score.Find("seen")->late.mean, (0.125 + 0.25 + 0.75) / 3);
  EXPECT_EQ(score.Find("remembered")->late.mean, (0.25 + 0.75) / 2);
  EXPECT_EQ(score.Find("unseen")->late.mean, 1.0);
}

TEST_F(MaskedCells, AreCounted) {
  const HeadScore score = Score(kMasked4, {&written_});
  EXPECT_EQ(score.Find("all")->cells, 4);
  EXPECT_EQ(score.Find("seen")->cells, 3);
  EXPECT_EQ(score.Find("remembered")->cells, 2);
  EXPECT_EQ(score.Find("unseen")->cells, 1);
}

TEST_F(MaskedCells, WithoutMasksAreOnePart) {
  const GivenScores plain(4, "", "");
  const HeadScore score = Score(plain, {&written_});
  ASSERT_EQ(score.parts.size(), 1u);
  EXPECT_EQ(score.parts[0].part, "all");
  EXPECT_EQ(score.parts[0].cells, 4);
}

TEST_F(MaskedCells, AreNotCalledRememberedWhenNoMaskSaysWhatIsInView) {
  const GivenScores half(4, "map.seen", "");
  const HeadScore score = Score(half, {&written_});
  EXPECT_EQ(score.Find("seen")->cells, 3);
  EXPECT_EQ(score.Find("unseen")->cells, 1);
  EXPECT_EQ(score.Find("remembered"), nullptr);
}

TEST_F(MaskedCells, OfNoKindHaveNoScore) {
  written_.seen.fill_(1);
  const PartScore unseen = *Score(kMasked4, {&written_}).Find("unseen");
  EXPECT_EQ(unseen.cells, 0);
  EXPECT_TRUE(std::isnan(unseen.late.mean));
  EXPECT_TRUE(std::isnan(unseen.late.low));
  EXPECT_TRUE(std::isnan(unseen.late.high));
}

// --- Records ---

TEST(ScoredRecords, AreThoseOfTheSecondHalf) {
  // Of an odd number the record in the middle belongs to the first half.
  for (const auto& [length, late] :
       {std::pair<int64_t, int64_t>{2, 1}, {3, 1}, {4, 2}, {5, 2}, {8, 4},
        {33, 16}}) {
    Written written(1, {length});
    for (int64_t t = length - late; t < length; ++t) {
      written.scores[t][0][0] = 1;
    }
    const HeadScore score = Score(kMasked1, {&written});
    EXPECT_EQ(score.Find("all")->cells, late) << length;
    EXPECT_EQ(score.Find("all")->late.mean, 1) << length;
  }
}

// Lengths 4 and 6 side by side: what follows record 3 of the first column is of
// another episode.
TEST(ScoredRecords, EndWithTheEpisode) {
  Written written(1, {4, 6});
  written.scores.fill_(1);
  written.scores.select(1, 0).narrow(0, 4, 2).fill_(0);
  const HeadScore score = Score(kMasked1, {&written});
  EXPECT_EQ(score.Find("all")->cells, 2 + 3);
  EXPECT_EQ(score.Find("all")->late.mean, 1);
  EXPECT_THAT(score.Find("all")->curve, ElementsAre(1, 1, 1, 1, 1, 1));
}

TEST(ScoredRecords, HoldTheLastOne) {
  Written written(1, {4});
  written.scores[3][0][0] = 1;
  EXPECT_EQ(Score(kMasked1, {&written}).Find("all")->late.mean, 0.5);
}

TEST(ScoreCurve, IsTheMeanOfTheEpisodesThatGotThere) {
  Written written(1, {2, 3});
  // Column 0: 0.5, 1. Column 1: 0.25, 0, 0.75.
  written.scores[0][0][0] = 0.5;
  written.scores[1][0][0] = 1;
  written.scores[0][1][0] = 0.25;
  written.scores[2][1][0] = 0.75;
  EXPECT_THAT(Score(kMasked1, {&written}).Find("all")->curve,
              ElementsAre(0.375, 0.5, 0.75));
}

TEST(ScoreCurve, HasAGapWhereThereIsNoSuchCell) {
  Written written(1, {3});
  written.scores.fill_(1);
  written.seen[0][0][0] = 0;
  const HeadScore score = Score(kMasked1, {&written});
  const std::vector<double>& seen = score.Find("seen")->curve;
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_TRUE(std::isnan(seen[0]));
  EXPECT_EQ(seen[1], 1);
  EXPECT_EQ(seen[2], 1);
}

// --- Episodes ---

TEST(ScoredEpisodes, WeighByTheirCells) {
  // Two episodes of one late record: one cell seen, score 1; three seen, 0.
  Written written(4, {2, 2});
  written.seen[1].fill_(0);
  written.seen[1][0][0] = 1;
  written.scores[1][0][0] = 1;
  for (const int64_t cell : {0, 1, 2}) written.seen[1][1][cell] = 1;
  EXPECT_EQ(Score(kMasked4, {&written}).Find("seen")->late.mean, 0.25);
}

TEST(ScoredEpisodes, AreTheUnitsOfTheInterval) {
  // Sums and counts of each episode's second half.
  Written written(4, {4, 4, 4, 2});
  written.scores[2][0].fill_(1);     // 4 of 8
  written.scores[3][1][2] = 0.5;     // 0.5 of 8
  written.seen[3][2].fill_(0);       // 0 of 4
  written.scores[1][3].fill_(0.25);  // 1 of 4
  const Interval expected =
      BootstrapRatio(std::vector<double>{4, 0.5, 0, 1},
                     std::vector<double>{8, 8, 4, 4}, 9);
  const Interval found = Score(kMasked4, {&written}, 9).Find("seen")->late;
  EXPECT_EQ(found.mean, expected.mean);
  EXPECT_EQ(found.low, expected.low);
  EXPECT_EQ(found.high, expected.high);
}

TEST(ScoredEpisodes, MayComeInGroups) {
  const auto fill = [](Written& written, int64_t column, int64_t episode) {
    for (int64_t t = 0; t < 3; ++t) {
      written.scores[t][column][0] = static_cast<double>(t + episode) / 8;
    }
  };
  Written together(1, {3, 3, 3});
  Written first(1, {3});
  Written rest(1, {3, 3});
  for (int64_t episode = 0; episode < 3; ++episode) {
    fill(together, episode, episode);
  }
  fill(first, 0, 0);
  fill(rest, 0, 1);
  fill(rest, 1, 2);
  const PartScore one = *Score(kMasked1, {&together}).Find("all");
  const PartScore two = *Score(kMasked1, {&first, &rest}).Find("all");
  EXPECT_EQ(two.cells, one.cells);
  EXPECT_EQ(two.curve, one.curve);
  EXPECT_EQ(two.late.mean, one.late.mean);
  EXPECT_EQ(two.late.low, one.late.low);
  EXPECT_EQ(two.late.high, one.late.high);
}

TEST(HeadScoreTest, FindsNoPartThatIsNotThere) {
  EXPECT_EQ(HeadScore().Find("all"), nullptr);
}

// --- A real head on a real world ---

// Held-out episodes of a grid of three colours, and predictions that are
// written from the truth.
class GridEpisodes : public testing::Test {
 protected:
  GridEpisodes()
      : experiment_("world: {kind: grid, room: 5, view: 3, colours: 3, "
                    "episode: 32}\nactions: scripted\n"
                    "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: "
                    "memoryless}}\n") {
    const EnvironmentFactory worlds =
        MakeWorldFactory(experiment_.options(), parts_);
    auto groups = RecordEpisodes(experiment_.agent(), worlds, 1, 200,
                                 ActionSource::kScripted, 0);
    ThrowUnlessOk(groups.status());
    groups_ = *std::move(groups);
    const ProbePart& cells = *FindPart(parts_.probes, "cells");
    auto head = cells.make(*PartOptions(cells.info, "{target: map}"),
                           experiment_.spec());
    ThrowUnlessOk(head.status());
    head_ = *std::move(head);
  }

  // Of a predictor that knows the cells where `known` [T+1, B, 5, 5] is 1, and
  // takes all others for colour 0.
  HeadScore ScoreOfKnowing(
      const std::function<at::Tensor(const NamedTensors&)>& known) const {
    const Predictor predict = [&](const EpisodeGroup& group) {
      const NamedTensors& privileged = group.records->privileged;
      const at::Tensor guess = privileged["map"] * known(privileged);
      const at::Tensor logits =
          at::one_hot(guess.to(at::kLong), 3).to(at::kFloat);
      return std::vector<at::Tensor>{logits.flatten(0, 1).flatten(1)};
    };
    return ScoreProbes({head_.get()}, groups_, predict, 1)[0];
  }

  Parts parts_ = BuiltInParts();
  Experiment experiment_;
  std::vector<EpisodeGroup> groups_;
  std::unique_ptr<ProbeHead> head_;
};

TEST_F(GridEpisodes, TheTrueMapScoresOneEverywhere) {
  const HeadScore score = ScoreOfKnowing([](const NamedTensors& privileged) {
    return at::ones_like(privileged["map"]);
  });
  for (const char* part : {"all", "seen", "remembered", "unseen"}) {
    EXPECT_EQ(score.Find(part)->late.mean, 1) << part;
    EXPECT_EQ(score.Find(part)->late.low, 1) << part;
  }
  EXPECT_EQ(score.Find("all")->cells, 200 * 16 * 25);
}

TEST_F(GridEpisodes, WhoKnowsWhatWasSeenIsAtChanceOnTheRest) {
  const HeadScore score = ScoreOfKnowing([](const NamedTensors& privileged) {
    return privileged["map.seen"];
  });
  EXPECT_EQ(score.Find("seen")->late.mean, 1);
  EXPECT_EQ(score.Find("remembered")->late.mean, 1);
  EXPECT_NEAR(score.Find("unseen")->late.mean, 1.0 / 3, 0.03);
}

TEST_F(GridEpisodes, WhoKnowsWhatIsInViewIsAtChanceOnWhatIsRemembered) {
  const HeadScore score = ScoreOfKnowing([](const NamedTensors& privileged) {
    return privileged["map.visible"];
  });
  const PartScore& seen = *score.Find("seen");
  const PartScore& remembered = *score.Find("remembered");
  EXPECT_NEAR(remembered.late.mean, 1.0 / 3, 0.03);
  EXPECT_NEAR(score.Find("unseen")->late.mean, 1.0 / 3, 0.03);
  // All that is seen and not remembered is in view: each such cell is right.
  const double right_in_view =
      seen.late.mean * static_cast<double>(seen.cells) -
      remembered.late.mean * static_cast<double>(remembered.cells);
  EXPECT_NEAR(right_in_view,
              static_cast<double>(seen.cells - remembered.cells), 1e-6);
}

TEST_F(GridEpisodes, SeenCellsGrowInNumberAsTheEpisodeGoesOn) {
  int64_t early = 0;
  int64_t late = 0;
  for (const EpisodeGroup& group : groups_) {
    const at::Tensor seen = group.records->privileged["map.seen"];
    early += seen[0].sum().item<int64_t>();
    late += seen[32].sum().item<int64_t>();
  }
  // The character starts in the middle of the room and sees nine cells.
  EXPECT_EQ(early, 200 * 9);
  EXPECT_GT(late, 200 * 12);
}

}  // namespace
}  // namespace credo
