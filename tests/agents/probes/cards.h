// A world whose map is known and agents that know what they must: what a probe
// reads off them is known before it is measured.
//
// Four cards lie on a table, each of a value that is drawn per episode: 0 one
// time in two, 1 and 2 one time in four. Every record shows one card, which the
// action chose. Privileged:
//   map          tiles [4], 3 categories: the values
//   map.seen     which cards were shown so far in the episode
//   map.visible  which one is shown now
//   opened       tiles [1], 4 categories: the card that was shown first
//   record       vector [1]: number of the record in the episode
//
// The encoder "shown" has a number for each card and value and no parameters.
// The core "notebook" notes down every card that it sees, and counts records:
// what can be known, it knows. It has no parameters either.
#ifndef CREDO_TESTS_AGENTS_PROBES_CARDS_H_
#define CREDO_TESTS_AGENTS_PROBES_CARDS_H_

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agents/runs/loaded_run.h"
#include "agents/runs/trainer.h"
#include "memory/none.h"
#include "sdk/tensor/state_rows.h"
#include "tests/agents/experiment.h"
#include "tests/agents/fakes.h"

namespace credo {

inline constexpr int64_t kCards = 4;
inline constexpr int64_t kCardValues = 3;
inline constexpr int64_t kCardDecisions = 7;  // of an episode

class Cards : public Environment {
 public:
  Cards() {
    spec_.name = "cards";
    spec_.observations = {
        ObservationSpec::Tiles("card", {1}, kCards),
        ObservationSpec::Tiles("value", {1}, kCardValues),
        ObservationSpec::Tiles("map", {kCards}, kCardValues).Privileged(),
        ObservationSpec::Tiles("map.seen", {kCards}, 2).Privileged(),
        ObservationSpec::Tiles("map.visible", {kCards}, 2).Privileged(),
        ObservationSpec::Tiles("opened", {1}, kCards).Privileged(),
        ObservationSpec::Vector("record", {1}, 0, kCardDecisions)
            .Privileged()};
    spec_.action.fields = {ActionField::Discrete("look", kCards)};
  }

  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override {
    Draws draws = RandomStream(seed, "cards").At(0, 0);
    for (uint8_t& value : map_) {
      const uint32_t draw = draws.Below(4);
      value = static_cast<uint8_t>(draw < 2 ? 0 : draw - 1);
    }
    opened_ = static_cast<uint8_t>(draws.Below(kCards));
    seen_ = {};
    record_ = 0;
    Show(opened_, out);
  }
  void Step(std::span<const float> action, RecordWriter& out) override {
    ++record_;
    const auto card = static_cast<uint8_t>(action[0]);
    out.SetReward(map_[card] == 2);
    Show(card, out);
    if (record_ == kCardDecisions) out.End(Kind::kTruncated);
  }

 private:
  void Show(uint8_t card, RecordWriter& out) {
    std::array<uint8_t, kCards> visible = {};
    visible[card] = seen_[card] = 1;
    out.Bytes(0)[0] = card;
    out.Bytes(1)[0] = map_[card];
    out.Put(2, map_);
    out.Put(3, seen_);
    out.Put(4, visible);
    out.Bytes(5)[0] = opened_;
    out.Floats(6)[0] = static_cast<float>(record_);
  }

  EnvironmentSpec spec_;
  std::array<uint8_t, kCards> map_ = {};
  std::array<uint8_t, kCards> seen_ = {};
  uint8_t opened_ = 0;
  int64_t record_ = 0;
};

class ShownCard : public Encoder {
 public:
  int64_t size() const override { return kCards * kCardValues; }
  at::Tensor Encode(const NamedTensors& observations) const override {
    const at::Tensor number =
        observations["card"].to(at::kLong) * kCardValues +
        observations["value"].to(at::kLong);
    return at::one_hot(number.flatten(), size()).to(at::kFloat);
  }
};

// The belief is a number for each card and value, then the count of records.
class Notebook : public BeliefCore {
 public:
  static constexpr int64_t kNotes = kCards * kCardValues;

  explicit Notebook(Parameters& parameters) {
    layout_.Add("notes", DType::kF32, {kNotes + 1});
    const MemoryPart none = NoMemory();
    memory_ = none.make(*none.info.defaults(), parameters, {});
  }
  const StateLayout& layout() const override { return layout_; }
  int64_t belief_size() const override { return kNotes + 1; }
  int64_t recurrent_size() const override { return kNotes + 1; }
  const Memory& memory() const override { return *memory_; }
  CoreOutput Unroll(const CoreInput& input, const at::Tensor& state,
                    int64_t carry) const override {
    at::Tensor notes = StateColumns(layout_, state, 0);
    std::vector<at::Tensor> all;
    for (int64_t t = 0; t < input.keep.size(0); ++t) {
      notes = notes * input.keep[t].unsqueeze(1);
      notes = at::cat({at::maximum(notes.narrow(1, 0, kNotes),
                                   input.encoded[t]),
                       notes.narrow(1, kNotes, 1) + 1},
                      1);
      all.push_back(notes);
    }
    const at::Tensor beliefs = at::stack(all);
    return {beliefs, beliefs.narrow(2, 0, 0),
            PackState(layout_, {all[carry]}), {}, {}};
  }

 private:
  StateLayout layout_;
  std::unique_ptr<Memory> memory_;
};

// The built-in parts and those of cards.
inline Parts PartsWithCards() {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo("cards"),
       [](const Options&) -> Result<std::unique_ptr<Environment>> {
         return std::unique_ptr<Environment>(std::make_unique<Cards>());
       }});
  parts.encoders.push_back(
      {FakeInfo("shown"),
       [](const Options&, Parameters&, const std::string&,
          const std::vector<ObservationSpec>&)
           -> Result<std::unique_ptr<Encoder>> {
         return std::unique_ptr<Encoder>(std::make_unique<ShownCard>());
       }});
  parts.cores.push_back(
      {FakeInfo("notebook"),
       [](const Options&, Parameters& parameters,
          const CorePlace&) -> std::unique_ptr<BeliefCore> {
         return std::make_unique<Notebook>(parameters);
       }});
  return parts;
}

inline constexpr const char* kNotebookAgent =
    "agent: {encoder: {kind: shown}, core: {kind: notebook}}\n";
inline constexpr const char* kLearnedAgent =
    "agent: {encoder: {kind: mlp, sizes: [8]}, core: {kind: lstm, size: 8}}\n";

// A run with the weights that it begins with, as LoadRun would give it. Unrolls
// are shorter than episodes and not in step with them. `more` is YAML.
inline std::unique_ptr<LoadedRun> MakeCardsRun(const std::string& name,
                                               const std::string& more,
                                               const Parts& parts) {
  auto run = std::make_unique<LoadedRun>(parts);
  run->path = "runs/" + name;
  run->name = name;
  ThrowUnlessOk(ReadYaml("world: {kind: cards}\n"
                         "learner: {unroll: 5, batch: 8, warmup: 0}\n" +
                             more,
                         name + ".yaml", {}, run->options));
  run->worlds = MakeWorldFactory(run->options, parts);
  run->spec = Cards().spec();
  auto learner = Learner::Make(run->options, parts, run->spec);
  ThrowUnlessOk(learner.status());
  run->learner = *std::move(learner);
  return run;
}

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_PROBES_CARDS_H_
