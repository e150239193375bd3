#include "sdk/worlds/world_check.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>

#include <absl/strings/str_cat.h>
#include "sdk/worlds/record_buffer.h"

namespace credo {
namespace {

// One world, and the record that it shows.
class Life {
 public:
  // Throws std::runtime_error when there is no world.
  Life(const EnvironmentFactory& factory, uint64_t seed)
      : worlds_(MakeWorlds(factory, seed)),
        distribution_(spec().action),
        record_(spec(), 1),
        actions_(static_cast<size_t>(distribution_.words())) {}

  const EnvironmentSpec& spec() const { return worlds_->spec(); }
  Kind kind() const { return record_.kind(); }
  std::span<const uint8_t> mask() const { return record_.mask(); }
  // All of the record as bytes.
  std::string Record() const { return record_.Record(); }

  // The next record, after legal actions that `draws` chooses.
  void Step(Draws draws) {
    if (worlds_->frames() > 0) {
      distribution_.SampleUniform(mask(), draws, actions_);
    }
    StepWith();
  }
  void StepScripted() {
    if (worlds_->frames() > 0) worlds_->ScriptedActions(actions_);
    StepWith();
  }

  // What differs between two records: observations, reward, kind and mask, as
  // Record lays them down.
  std::string Difference(const std::string& one,
                         const std::string& other) const {
    const auto differs = [&](size_t begin, size_t size) {
      return one.compare(begin, size, other, begin, size) != 0;
    };
    size_t reward = 0;
    for (const ObservationSpec& observation : spec().observations) {
      reward += static_cast<size_t>(observation.bytes());
    }
    const size_t kind = reward + sizeof(float);
    if (differs(kind, sizeof(Kind))) return "kind";
    if (differs(reward, sizeof(float))) return "reward";
    if (differs(kind + sizeof(Kind), mask().size())) return "mask";
    size_t at = 0;
    for (const ObservationSpec& observation : spec().observations) {
      const auto bytes = static_cast<size_t>(observation.bytes());
      if (differs(at, bytes)) {
        return absl::StrCat("observation '", observation.name, "'");
      }
      at += bytes;
    }
    return "nothing";
  }

 private:
  static std::unique_ptr<VectorEnvironment> MakeWorlds(
      const EnvironmentFactory& factory, uint64_t seed) {
    auto made = VectorEnvironment::Make(factory, seed, 0, 1);
    if (!made.ok()) throw std::runtime_error(made.status().message());
    return *std::move(made);
  }

  void StepWith() {
    const Status status = worlds_->Step(actions_, record_.rows());
    if (!status.ok()) throw std::runtime_error(status.message());
  }

  std::unique_ptr<VectorEnvironment> worlds_;
  ActionDistribution distribution_;
  RecordBuffer record_;
  std::vector<float> actions_;
};

class Checker {
 public:
  Checker(const EnvironmentFactory& factory, const WorldCheckOptions& options)
      : factory_(factory),
        options_(options),
        stream_(options.seed, "world-check") {}

  WorldCheck Run() {
    if (!Try("starts", [&] { return Starts(); }) ||
        !Try("spec", [&] { return Spec(); })) {
      return std::move(result_);
    }
    if (!Try("records", [&] { return Records(); })) return std::move(result_);
    if (!Try("ends", [&] { return ends_; })) return std::move(result_);
    Try("repeats", [&] { return Repeats(); });
    Try("forgets", [&] { return Forgets(); });
    Warn("seeds", [&] { return Seeds(); });
    Warn("actions", [&] { return Actions(); });
    Warn("masks", [&] { return masks_; });
    Try("scripted", [&] { return Scripted(); });
    return std::move(result_);
  }

 private:
  using Check = std::function<std::string()>;

  bool Try(const char* name, const Check& check, bool warning = false) {
    std::string problem;
    try {
      problem = check();
    } catch (const std::exception& error) {
      problem = error.what();
    }
    const bool fine = problem.empty();
    result_.findings.push_back({name, std::move(problem), warning});
    return fine;
  }
  void Warn(const char* name, const Check& check) { Try(name, check, true); }

  Draws At(uint64_t actions, uint64_t step) const {
    return stream_.At(static_cast<uint32_t>(actions), step);
  }

  std::string Starts() {
    const auto world = MakeEnvironment(factory_);
    return world.ok() ? "" : world.status().message();
  }

  std::string Spec() {
    for (int i = 0; i < 2; ++i) {
      const auto world = MakeEnvironment(factory_);
      if (!world.ok()) return world.status().message();
      const Status legal = CheckSpec((*world)->spec());
      if (!legal.ok()) return legal.message();
    }
    const auto pair = VectorEnvironment::Make(factory_, options_.seed, 0, 2);
    return pair.ok() ? "" : pair.status().message();
  }

  // Lives the episodes that the other checks compare with.
  std::string Records() {
    Life life(factory_, options_.seed);
    const auto start = std::chrono::steady_clock::now();
    int64_t length = 0, records = 0;
    uint64_t step = 0;
    for (int64_t episode = 0; episode < options_.episodes;) {
      life.Step(At(0, step++));
      lived_.push_back(life.Record());
      LookAtMask(life);
      ++records;
      ++length;
      if (IsLast(life.kind())) {
        ++episode;
        length = 0;
      } else if (length > options_.longest) {
        ends_ = absl::StrCat("expected episodes of at most ", options_.longest,
                             " records, found a longer one (a world without "
                             "end can be learned in, but not evaluated)");
        break;
      }
    }
    result_.records_per_second =
        static_cast<double>(records) /
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    return "";
  }

  void LookAtMask(const Life& life) {
    if (!life.spec().action.has_mask || IsLast(life.kind())) return;
    size_t at = 0;
    for (const ActionField& field : life.spec().action.fields) {
      for (const int64_t choices : field.choices) {
        const auto begin = life.mask().begin() + static_cast<ptrdiff_t>(at);
        at += static_cast<size_t>(choices);
        if (std::find(begin, begin + choices, 1) != begin + choices) continue;
        masks_ = absl::StrCat("action '", field.name,
                              "': expected a legal choice, found none; it then "
                              "counts as if all were");
      }
    }
  }

  std::string Repeats() {
    Life life(factory_, options_.seed);
    for (size_t t = 0; t < lived_.size(); ++t) {
      life.Step(At(0, t));
      if (life.Record() == lived_[t]) continue;
      return absl::StrCat("record ", t, ": expected the same for the same seed "
                          "and actions, found that ",
                          life.Difference(lived_[t], life.Record()),
                          " differs: what is random must come from the seed "
                          "of the reset");
    }
    return "";
  }

  // A world plays an episode again after others: by hand, as no run does so.
  std::string Forgets() {
    const auto made = MakeEnvironment(factory_);
    if (!made.ok()) return made.status().message();
    Environment& world = **made;
    const auto some = [&] {
      std::string all;
      for (uint64_t seed = 1; seed <= 8; ++seed) {
        all += ByHand(world, seed, seed);
      }
      return all;
    };
    const std::string first = some();
    if (some() == first) return "";
    return "expected an episode to be a function of its seed and actions, "
           "found that it depends on the episodes before it";
  }

  // The first records of the episode of `seed`.
  std::string ByHand(Environment& world, uint64_t seed, uint64_t actions) {
    constexpr int kRecords = 20;
    const EnvironmentSpec& spec = world.spec();
    const ActionDistribution distribution(spec.action);
    const RecordBuffer record(spec, 1);
    RecordWriter writer(spec);
    std::vector<float> action(static_cast<size_t>(distribution.words()));
    std::vector<float> words(action.size());
    std::string all;
    for (int t = 0; t < kRecords && (t == 0 || !IsLast(record.kind())); ++t) {
      // Before it is opened the record still shows what is legal now.
      Draws draws = At(actions, static_cast<uint64_t>(t));
      if (t > 0) distribution.SampleUniform(record.mask(), draws, action);
      distribution.ToWorld(action, words);
      writer.Open(record.rows(), 0, t == 0);
      if (t == 0) {
        world.Reset(seed, writer);
      } else {
        world.Step(words, writer);
      }
      const Status closed = writer.Close();
      if (!closed.ok()) throw std::runtime_error(closed.message());
      all += record.Record();
    }
    return all;
  }

  // Whether records of `life` ever differ from those that were lived.
  bool Differs(Life& life, uint64_t actions) const {
    for (size_t t = 0; t < lived_.size(); ++t) {
      life.Step(At(actions, t));
      if (life.Record() != lived_[t]) return true;
    }
    return false;
  }

  std::string Seeds() {
    Life life(factory_, options_.seed + 1);
    return Differs(life, 0) ? ""
                            : "expected other seeds to give other episodes, "
                              "found the same records";
  }

  std::string Actions() {
    Life life(factory_, options_.seed);
    return Differs(life, 3) ? ""
                            : "expected other actions to lead elsewhere, found "
                              "the same records";
  }

  std::string Scripted() {
    Life one(factory_, options_.seed), other(factory_, options_.seed);
    for (size_t t = 0; t < lived_.size(); ++t) {
      one.StepScripted();
      other.StepScripted();
      if (one.Record() != other.Record()) {
        return absl::StrCat(
            "record ", t,
            ": expected the same actions for the same draws, found others");
      }
    }
    return "";
  }

  const EnvironmentFactory& factory_;
  const WorldCheckOptions options_;
  const RandomStream stream_;
  WorldCheck result_;
  std::vector<std::string> lived_;  // all records of the first life
  std::string ends_, masks_;        // what is wrong with them
};

}  // namespace

bool WorldCheck::ok() const {
  return std::ranges::all_of(findings, [](const WorldFinding& finding) {
    return finding.problem.empty() || finding.warning;
  });
}

WorldCheck CheckWorld(const EnvironmentFactory& factory,
                      const WorldCheckOptions& options) {
  return Checker(factory, options).Run();
}

}  // namespace credo
