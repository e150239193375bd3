// Every memory beside both recurrent cores: over many records what the oracle
// computes, and from a saved state as if nothing had been in between.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/hash.h"
#include "tests/support/played_model.h"

namespace credo::runtime {
namespace {

using testing::HasSubstr;

struct Case {
  std::string name;
  OracleOptions options;
};
void PrintTo(const Case& it, std::ostream* out) { *out << it.name; }

// Small ones, and ones that are no multiples of anything, with every way to
// read and to show.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const std::string core : {"lstm", "gru"}) {
    for (OracleMemory memory : AllMemories()) {
      OracleOptions options;
      options.spec = SmallWorld();
      options.core = core;
      options.memory = memory;
      const std::string name =
          core + "_" + memory.kind + (memory.least_squares ? "_fitted" : "");
      cases.push_back({name, options});
      if (memory.kind == "none") continue;
      options.memory.rows = 21;
      options.memory.width = 18;
      options.memory.key = 11;
      options.memory.value_hidden = 13;
      options.size = 19;
      options.reads = 3;
      options.read_input = true;
      cases.push_back({name + "_that_is_read", options});
      options.show_memory = false;
      options.read_input = false;
      cases.push_back({name + "_that_is_not_shown", options});
    }
  }
  return cases;
}

class MemoriesTest : public testing::TestWithParam<Case> {};

// More records than any memory has rows. Errors of one step are of floats; what
// is read over and over may add them up.
TEST_P(MemoriesTest, BelievesWhatTheOracleDoes) {
  for (const Kernels* kernels : AvailableKernels()) {
    SCOPED_TRACE(kernels->name);
    PlayedModel played(GetParam().options, kernels);
    for (uint64_t t = 0; t < 60; ++t) {
      const auto expected = played.StepOracle(t);
      played.Step(played.beliefs(), t);
      ASSERT_LE(
          DistanceOf(expected.belief, played.Belief(played.beliefs())), 2e-5)
          << t;
    }
  }
}

std::vector<std::byte> Save(const Beliefs& beliefs) {
  std::vector<std::byte> state(
      static_cast<size_t>(Beliefs::StateBytes(beliefs.agent().first())));
  EXPECT_TRUE(beliefs.SaveState(0, state).ok());
  return state;
}

TEST_P(MemoriesTest, ASavedStateGoesOnBitForBit) {
  PlayedModel played(GetParam().options);
  Beliefs& here = played.beliefs();
  for (uint64_t t = 0; t < 30; ++t) played.Step(here, t);
  const auto there = played.MakeBeliefs();
  const Status loaded = there->LoadState(0, Save(here));
  ASSERT_TRUE(loaded.ok()) << loaded.message();
  for (uint64_t t = 30; t < 90; ++t) {
    played.Step(here, t);
    played.Step(*there, t);
    ASSERT_EQ(played.Belief(here), played.Belief(*there)) << t;
  }
  EXPECT_EQ(Save(here), Save(*there));
}

// A row does not depend on those beside it, whatever the memory.
TEST_P(MemoriesTest, AnEpisodeStartsFromNothing) {
  PlayedModel played(GetParam().options);
  played.Step(played.beliefs(), 0);
  const std::vector<float> first = played.Belief(played.beliefs());
  for (uint64_t t = 1; t < 9; ++t) played.Step(played.beliefs(), t);
  ASSERT_TRUE(played.beliefs().Reset(0).ok());
  played.Step(played.beliefs(), 0);
  EXPECT_EQ(played.Belief(played.beliefs()), first);
}

INSTANTIATE_TEST_SUITE_P(All, MemoriesTest, testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

// --- Forged states ---

TEST(SlotsMemory, RefusesCountsThatAreNone) {
  OracleOptions options;
  options.spec = SmallWorld();
  options.memory.kind = "slots";
  PlayedModel played(options);
  for (uint64_t t = 0; t < 4; ++t) played.Step(played.beliefs(), t);
  const std::vector<std::byte> state = Save(played.beliefs());
  // The counts are the last field: 64 bytes, of which two numbers are used.
  const size_t next = state.size() - 64;
  const auto forged = [&](size_t at, float number) {
    constexpr size_t kHeader = 40;
    std::vector<std::byte> changed = state;
    std::memcpy(changed.data() + at, &number, sizeof number);
    const uint64_t hash =
        Hash64(changed.data() + kHeader, changed.size() - kHeader);
    std::memcpy(changed.data() + kHeader - sizeof hash, &hash, sizeof hash);
    return played.beliefs().LoadState(0, changed);
  };
  for (const float fine : {0.0f, 3.0f, 4.0f}) {
    EXPECT_TRUE(forged(next, fine).ok()) << fine;
  }
  for (const float wrong : {5.0f, -1.0f, 0.5f, 1e9f}) {
    const Status status = forged(next, wrong);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << wrong;
    EXPECT_THAT(status.message(),
                HasSubstr("belief state: memory: next row: expected a whole "
                          "number from 0 to 4, found"));
  }
  EXPECT_TRUE(forged(next + 4, 5).ok());
  for (const float wrong : {6.0f, -2.0f, 4.5f}) {
    EXPECT_THAT(forged(next + 4, wrong).message(),
                HasSubstr("rows that were written: expected a whole number "
                          "from 0 to 5"));
  }
}

// --- A memory of a host's own ---

// Counts in one field, of three numbers, and keeps the last encoding in a
// second.
struct TallyOptions : Options {
  int64_t step = 1;
  void Visit(FieldVisitor& v) override {
    v.Int("step", step, {1, 9}, "what is counted up by");
  }
};

class Tally : public Memory {
 public:
  Tally(int64_t step, int64_t encoding)
      : Memory(Shape(encoding)), step_(step), encoding_(encoding) {}

  int64_t write_scratch(int64_t) const override { return 0; }
  void Write(const Kernels&, int64_t rows, FloatRows encoded, FloatRows,
             float* const* contents, float*) const override {
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t i = 0; i < 3; ++i) {
        contents[row][i] += static_cast<float>(step_ * (i + 1));
      }
      std::copy_n(encoded[row], encoding_, contents[row] + At(1));
    }
  }
  void Read(const Kernels&, const float*, int64_t, float*, float*,
            float*) const override {}

 private:
  static MemoryShape Shape(int64_t encoding) {
    MemoryShape shape;
    shape.layout.Add("counts", DType::kF32, {3});
    shape.layout.Add("last", DType::kF32, {encoding});
    shape.shown = 3 + encoding - 1;
    return shape;
  }

  int64_t step_;
  int64_t encoding_;
};

RuntimeParts PartsWithTally() {
  std::vector<MemoryPart> memories = Memories();
  memories.push_back(
      {{"tally", "counts records",
        [] { return std::make_unique<TallyOptions>(); }},
       [](const Options& options, const Source&,
          const MemoryPlace& place) -> Result<std::unique_ptr<Memory>> {
         return std::unique_ptr<Memory>(std::make_unique<Tally>(
             As<TallyOptions>(options).step, place.encoding));
       }});
  RuntimeParts parts = BuiltInParts();
  parts.cores = Cores(memories);
  return parts;
}

// The belief shows its fields side by side, though they lie 64 bytes apart.
TEST(RuntimeParts, AHostsOwnMemoryIsLoadedAndShownFieldByField) {
  OracleOptions options;
  options.spec = SmallWorld();
  TensorFile file = RandomModel(options).file();
  std::string& agent = file.metadata[kModelAgent];
  const std::string none = "{\"kind\":\"none\"}";
  agent.replace(agent.find(none), none.size(),
                "{\"kind\":\"tally\",\"step\":2}");
  const std::string refused = SerializeTensorFile(file);
  EXPECT_THAT(Agent::Load(std::as_bytes(std::span(refused)), "place", {})
                  .status()
                  .message(),
              HasSubstr("core: memory: kind: expected none, addressed, slots, "
                        "kanerva or delta, found 'tally'"));

  // Heads and golden records for a belief of 14 hidden numbers, as before, and
  // 3 + 8 of the memory.
  const auto widen = [&](const std::string& name, int64_t rows, int64_t from,
                         int64_t to) {
    auto& tensor = const_cast<NamedTensor&>(*file.Find(name));
    const auto line = static_cast<size_t>(from) * sizeof(float);
    std::vector<std::byte> wide(static_cast<size_t>(rows * to) *
                                sizeof(float));
    for (int64_t row = 0; row < rows; ++row) {
      std::memcpy(wide.data() +
                      static_cast<size_t>(row * to) * sizeof(float),
                  tensor.bytes.data() + static_cast<size_t>(row) * line, line);
    }
    tensor.shape = {rows, to};
    tensor.bytes = wide;
  };
  widen("agent.policy.0.weight", 10, 14, 25);
  widen("agent.value.0.weight", 10, 14, 25);
  // One record alone, whose belief ends with counts and the encoding.
  TensorFile one = file;
  std::erase_if(one.tensors, [](const NamedTensor& tensor) {
    return tensor.name.starts_with("golden.");
  });
  for (const NamedTensor& tensor : file.tensors) {
    if (!tensor.name.starts_with("golden.")) continue;
    Shape shape = tensor.shape;
    const size_t record = tensor.bytes.size() / static_cast<size_t>(shape[0]);
    shape[0] = 1;
    one.Add(tensor.name, tensor.type, shape,
            std::span(tensor.bytes).first(record));
  }
  const RuntimeParts parts = PartsWithTally();
  file = one;
  RuntimeOracle oracle(options, file);
  std::vector<const std::byte*> seen;
  for (const ObservationSpec& spec : options.spec.observations) {
    if (spec.privileged) continue;
    seen.push_back(file.Find(kGoldenObservation + spec.name)->bytes.data());
  }
  // Of an encoder without a core: the encoding itself.
  OracleOptions plain = options;
  plain.core = "memoryless";
  TensorFile narrow = RandomModel(plain).file();
  RuntimeOracle encoder(plain, narrow);
  const std::vector<float> words(4);
  const Doubles encoding = encoder.Step(true, seen, words, 0).belief;
  widen(kGoldenBeliefs, 1, 14, 25);
  auto& golden = const_cast<NamedTensor&>(*file.Find(kGoldenBeliefs));
  std::vector<float> shown = {2, 4, 6};
  for (size_t i = 0; i + 1 < encoding.size(); ++i) {
    shown.push_back(static_cast<float>(encoding[i]));
  }
  ASSERT_EQ(shown.size(), 11u);
  std::memcpy(golden.bytes.data() + 14 * sizeof(float), shown.data(),
              shown.size() * sizeof(float));
  const std::string bytes = SerializeTensorFile(file);
  const auto loaded = Agent::Load(std::as_bytes(std::span(bytes)), "place", {},
                                  nullptr, &parts);
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  EXPECT_EQ((*loaded)->first().core().belief_size(), 25);
  EXPECT_TRUE(
      (*loaded)->Publish(std::as_bytes(std::span(bytes)), "again").ok());
}

}  // namespace
}  // namespace credo::runtime
