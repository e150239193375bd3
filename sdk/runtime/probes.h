// Reading probes off beliefs: the twin of agents/probes/probe_net.h. What
// probes are made of stands in sdk/model/probes.h.
#ifndef CREDO_SDK_RUNTIME_PROBES_H_
#define CREDO_SDK_RUNTIME_PROBES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/model/agent.h"
#include "sdk/model/probes.h"
#include "sdk/runtime/core.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/options.h"
#include "sdk/runtime/query_probe.h"

namespace credo::runtime {

class Probes {
 public:
  struct Head {
    ProbeModel model;
    Linear linear;                    // of the trunk; or
    std::optional<QueryProbe> query;  // of the memory
  };

  // Of metadata 'probes'; notes in `read` what was read. `core` outlives this
  // object.
  static Result<Probes> Load(const Source& source,
                             const LearnedOptions& learned,
                             const EnvironmentSpec& spec, const Core& core,
                             OptionsRead& read);

  const std::vector<Head>& heads() const { return heads_; }
  // The index of the probe of this target, or -1.
  int64_t IndexOf(std::string_view target) const;
  int64_t scratch() const;
  // `belief` and memory `contents` as the core wrote them;
  // heads()[index].model.outputs floats go to `out`.
  void Read(const Kernels& kernels, int64_t index, const float* belief,
            const float* contents, float* scratch, float* out) const;

 private:
  // The numbers that a head predicts, in `predicted`.
  void Predict(const Kernels& kernels, const Head& head, const float* belief,
               const float* contents, float* scratch, float* predicted) const;

  const Memory* memory_ = nullptr;
  std::optional<Mlp> trunk_;
  std::vector<Head> heads_;
  int64_t features_ = 0;     // padded
  int64_t predictions_ = 0;  // of the widest head, padded
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_PROBES_H_
