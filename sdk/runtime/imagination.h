// The losses that shaped a model, and which of them show what would be seen.
#ifndef CREDO_SDK_RUNTIME_IMAGINATION_H_
#define CREDO_SDK_RUNTIME_IMAGINATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/runtime/frame_model.h"
#include "sdk/runtime/options.h"
#include "sdk/runtime/simulator.h"

namespace credo::runtime {

class Imagination {
 public:
  struct Task {
    std::string name;  // "auxiliary.0.simcore"
    std::optional<Simulator> simulator;
    std::string reason;  // why there is none: "decoder 'cpc' draws nothing"
  };

  // Of the losses in metadata 'auxiliary'. What a loss or a decoder that is not
  // known here would imagine is no concern of a model that acts; one that is
  // known must fit. Notes in `read` what imagines. `core` outlives this object;
  // `place` is for all of them, without a name.
  static Result<Imagination> Load(
      const Source& source, const std::vector<FrameModelPart>& frame_models,
      const Core& core, SimulatorPlace place, OptionsRead& read);

  const std::vector<Task>& tasks() const { return tasks_; }
  // The first that imagines, or null.
  const Simulator* first() const;
  // The one of this name, or the first when there is none. Fails with a message
  // that says why it does not imagine.
  Result<const Simulator*> Find(std::string_view name) const;
  // Floats that the simulators need, each by itself.
  int64_t scratch() const;

 private:
  std::vector<Task> tasks_;
};

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_IMAGINATION_H_
