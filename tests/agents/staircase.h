// A world whose episodes have known lengths and returns: step n brings the
// reward n, and the episode of a seed has Decisions(seed) steps, 1 to 150.
#ifndef CREDO_TESTS_AGENTS_STAIRCASE_H_
#define CREDO_TESTS_AGENTS_STAIRCASE_H_

#include <cstdint>
#include <memory>
#include <span>

#include "agents/learning/parts.h"
#include "tests/agents/fakes.h"

namespace credo {

class Staircase : public Environment {
 public:
  Staircase() {
    spec_.name = "staircase";
    spec_.observations = {ObservationSpec::Vector("height", {1}, 0, 1e6)};
    spec_.action.fields = {ActionField::Discrete("foot", 2)};
  }

  static int64_t Decisions(uint64_t seed) {
    return 1 + RandomStream(seed, "staircase").At(0, 0).Below(150);
  }

  const EnvironmentSpec& spec() const override { return spec_; }
  void Reset(uint64_t seed, RecordWriter& out) override {
    decisions_ = Decisions(seed);
    step_ = 0;
    out.SetReward(1000);  // void at a first record
    Show(out);
  }
  void Step(std::span<const float>, RecordWriter& out) override {
    ++step_;
    out.SetReward(static_cast<double>(step_));
    if (step_ == decisions_) {
      out.End(decisions_ % 2 == 0 ? Kind::kTerminal : Kind::kTruncated);
    }
    Show(out);
  }

 private:
  void Show(RecordWriter& out) const {
    out.Floats(0)[0] = static_cast<float>(step_);
  }

  EnvironmentSpec spec_;
  int64_t decisions_ = 0;
  int64_t step_ = 0;
};

inline EnvironmentFactory StaircaseFactory() {
  return []() -> Result<std::unique_ptr<Environment>> {
    return std::unique_ptr<Environment>(std::make_unique<Staircase>());
  };
}

inline Parts PartsWithStaircase() {
  Parts parts = BuiltInParts();
  parts.worlds.push_back(
      {FakeInfo("staircase"),
       [](const Options&) { return StaircaseFactory()(); }});
  return parts;
}

inline constexpr const char* kStaircaseRun =
    "world: {kind: staircase}\n"
    "agent: {encoder: {kind: mlp, sizes: [4]}, core: {kind: memoryless}}\n";

}  // namespace credo

#endif  // CREDO_TESTS_AGENTS_STAIRCASE_H_
