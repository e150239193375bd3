// A model file as networks ready to run: constant, shared by any number of
// beliefs and threads.
#ifndef CREDO_SDK_RUNTIME_NETWORK_H_
#define CREDO_SDK_RUNTIME_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/action_distribution.h"
#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/runtime/allocator.h"
#include "sdk/runtime/core.h"
#include "sdk/runtime/encoder.h"
#include "sdk/runtime/imagination.h"
#include "sdk/runtime/kernels.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/options.h"
#include "sdk/runtime/parts.h"
#include "sdk/runtime/probes.h"

namespace credo::runtime {

// A record of some rows and where their results go. At most kMaxRows.
struct TickBatch {
  int64_t rows = 0;
  // `observed[row * observations().size() + i]`.
  const std::byte* const* observed = nullptr;
  FloatRows actions;             // as network input; zero at first records
  const float* rewards = nullptr;  // as the world gave them; 0 at first records
  std::byte* const* states = nullptr;   // zeroed by the caller at first records
  float* const* beliefs = nullptr;      // Padded(belief_size()) floats each
  float* const* policies = nullptr;     // Padded(distribution().parameters())
  float* values = nullptr;              // [rows]
  float* scratch = nullptr;             // scratch(rows) floats
};

class Network {
 public:
  // From the bytes of a model file. Fails with a message that names the tensor,
  // the metadata or the golden number at fault. `kernels` null: the best;
  // `parts` null: BuiltInParts().
  static Result<std::unique_ptr<Network>> Load(
      std::span<const std::byte> bytes, const std::string& place,
      const Allocator& allocator, const Kernels* kernels,
      const RuntimeParts* parts = nullptr);

  const EnvironmentSpec& spec() const { return spec_; }
  // Those that the agent sees.
  const std::vector<ObservationSpec>& observations() const {
    return observations_;
  }
  const ActionDistribution& distribution() const { return *distribution_; }
  const Kernels& kernels() const { return *kernels_; }
  const Core& core() const { return *core_; }
  const Imagination& imagination() const { return imagination_; }
  // The simulator that imagines by default, or null.
  const Simulator* simulator() const { return imagination_.first(); }
  const Probes& probes() const { return probes_; }
  // Of what the agent sees and does and of the options that its networks read:
  // a belief state fits every model with the same hash.
  uint64_t architecture() const { return architecture_; }
  // core().layout().hash(), which takes memory to compute.
  uint64_t layout_hash() const { return layout_hash_; }
  int64_t frames() const { return frames_; }
  // Whether `other` can take over beliefs that were made for this one: the
  // agent sees and does the same, its probes have the same targets, and all
  // that is computed reads the same options. The message names the first that
  // differs.
  Status CheckReplacement(const Network& other) const;

  int64_t scratch(int64_t rows) const;
  void Tick(const TickBatch& batch) const;

 private:
  Network() = default;
  Status LoadParts(const Source& source, const RuntimeParts& parts);
  Status LoadAgent(const Source& source, const RuntimeParts& parts);
  // The world without what neither agent nor probes use.
  EnvironmentSpec UsedSpec() const;
  uint64_t HashOfArchitecture() const;
  // Whether the file's golden records give its golden results.
  Status CheckGolden(const Source& source) const;

  const Kernels* kernels_ = nullptr;
  EnvironmentSpec spec_;
  std::vector<ObservationSpec> observations_;
  std::optional<ActionDistribution> distribution_;
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Core> core_;
  Mlp policy_;
  Mlp value_;
  Imagination imagination_;
  Probes probes_;
  float reward_clip_ = 0;
  OptionsRead read_;  // by all that is computed
  uint64_t architecture_ = 0;
  uint64_t layout_hash_ = 0;
  int64_t frames_ = 0;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_NETWORK_H_
