#include "agents/hosting/column.h"

namespace credo {
namespace {

constexpr int64_t kAlignment = 64;

int64_t Aligned(int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

ColumnLayout::ColumnLayout(const EnvironmentSpec& spec, int64_t steps,
                           int64_t state_bytes)
    : steps(steps),
      state(Aligned(state_bytes)),
      words(spec.action.words()),
      choices(spec.action.has_mask ? spec.action.choices() : 0) {
  const auto take = [this](int64_t size) {
    const int64_t offset = record;
    // Floats stay aligned.
    record += (size + 3) / 4 * 4;
    return offset;
  };
  for (const ObservationSpec& observation : spec.observations) {
    sizes.push_back(observation.bytes());
    observations.push_back(take(observation.bytes()));
  }
  action = take(words * int64_t{sizeof(float)});
  log_probability = take(sizeof(float));
  reward = take(sizeof(float));
  kind = take(sizeof(Kind));
  mask = take(choices);
  record = Aligned(record);
  bytes = 2 * state + (steps + 1) * record;
}

}  // namespace credo
