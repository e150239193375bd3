#include "agents/runs/experience_watch.h"

#include <torch/types.h>

#include <algorithm>

#include "sdk/model/simulator.h"

namespace credo {
namespace {

// Unrolls before a user is told what is missing.
constexpr int64_t kPatience = 200;

}  // namespace

void ExperienceWatch::Add(const Unroll& unroll) {
  if (told_ || unrolls_ == kPatience) return;
  ++unrolls_;
  if (!rewarded_) {
    rewarded_ = unroll.rewards.count_nonzero().item<int64_t>() > 0;
  }
  steps_.resize(static_cast<size_t>(unroll.columns));
  for (int64_t b = 0; b < unroll.columns; ++b) {
    int64_t& steps = steps_[static_cast<size_t>(b)];
    for (int64_t t = 1; t <= unroll.steps; ++t) {
      const Kind kind = unroll.kind(t, b);
      steps = kind == Kind::kFirst ? 0 : steps + 1;
      if (IsLast(kind)) longest_ = std::max(longest_, steps);
    }
  }
}

std::string ExperienceWatch::Note() {
  if (told_ || unrolls_ < kPatience) return "";
  told_ = true;
  std::string note;
  const auto add = [&](const std::string& text) {
    note += (note.empty() ? "" : "; ") + text;
  };
  if (!rewarded_ && options_.actions == "policy") {
    add("actions: policy: no reward but 0 in " +
        std::to_string(kPatience * options_.learner.frames_per_update()) +
        " frames: there is nothing that the policy could learn from");
  }
  for (size_t i = 0; i < options_.auxiliary.size() && longest_ > 0; ++i) {
    const auto* task = dynamic_cast<const SimcoreOptions*>(
        options_.auxiliary[i].options.get());
    if (task == nullptr || task->overshoot <= longest_) continue;
    add("auxiliary[" + std::to_string(i) + "].overshoot: " +
        std::to_string(task->overshoot) + ": no episode had more than " +
        std::to_string(longest_) + " steps");
  }
  return note;
}

}  // namespace credo
