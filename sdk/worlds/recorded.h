// Episodes that were lived elsewhere, and the world that shows them again.
#ifndef CREDO_SDK_WORLDS_RECORDED_H_
#define CREDO_SDK_WORLDS_RECORDED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/record.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/base/tensor_file.h"
#include "sdk/worlds/environment.h"

namespace credo {

// Whole episodes, one after the other: N records. Of each observation of the
// spec its bytes, N rows; actions as a policy gives them.
struct RecordedEpisodes {
  explicit RecordedEpisodes(EnvironmentSpec spec);

  int64_t records() const { return static_cast<int64_t>(kinds.size()); }
  int64_t count() const { return static_cast<int64_t>(begins.size()); }
  int64_t length(int64_t episode) const {
    return (episode + 1 < count() ? begins[episode + 1] : records()) -
           begins[episode];
  }
  std::span<const std::byte> observation(int64_t record, size_t i) const;
  // Every fourth episode is held out: probes are not trained on it.
  static bool IsHeldOut(int64_t episode) { return episode % 4 == 3; }

  // As a tensor file of content "records".
  std::string Serialize() const;
  static Result<RecordedEpisodes> Parse(const TensorFile& file);

  EnvironmentSpec spec;
  std::vector<std::vector<std::byte>> observations;  // [observations][N, ...]
  std::vector<float> actions;   // [N, words]
  std::vector<float> rewards;   // [N]
  std::vector<Kind> kinds;      // [N]
  std::vector<uint8_t> masks;   // [N, choices], empty without masks
  std::vector<int64_t> begins;  // the first record of each episode
};

// Shows the episodes that are not held out, those of its seeds; its scripted
// policy does what was done in them, and nothing else can be done: Step throws
// std::invalid_argument. Fails with kFailedPrecondition when there are none.
Result<std::unique_ptr<Environment>> MakeRecordedWorld(
    std::shared_ptr<const RecordedEpisodes> episodes);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_RECORDED_H_
