// Reading probes off beliefs: the twin of agents/probes/probe_net.h.
#ifndef CREDO_SDK_RUNTIME_PROBES_H_
#define CREDO_SDK_RUNTIME_PROBES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/options.h"

namespace credo::runtime {

class Probes {
 public:
  enum class Kind : uint8_t { kCategories, kReal, kCircular };

  struct Head {
    ObservationSpec target;
    Kind kind = Kind::kReal;
    // Numbers that Read writes: a probability per element and category, a
    // number per element, an angle in radians per element.
    int64_t outputs = 0;
    Linear linear;
  };

  // `hidden` are the layers that all probes share.
  static Result<Probes> Load(const Source& source,
                             const std::vector<Options>& options,
                             const std::vector<int64_t>& hidden,
                             const EnvironmentSpec& spec, int64_t belief);

  const std::vector<Head>& heads() const { return heads_; }
  // The index of the probe of this target, or -1.
  int64_t IndexOf(std::string_view target) const;
  int64_t scratch() const;
  // `belief` as the core wrote it; heads()[index].outputs floats go to `out`.
  void Read(const Kernels& kernels, int64_t index, const float* belief,
            float* scratch, float* out) const;

 private:
  std::optional<Mlp> trunk_;
  std::vector<Head> heads_;
  int64_t features_ = 0;     // padded
  int64_t predictions_ = 0;  // of the widest head, padded
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_PROBES_H_
