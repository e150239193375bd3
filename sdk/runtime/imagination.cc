#include "sdk/runtime/imagination.h"

#include <algorithm>
#include <utility>

#include "sdk/model/metadata.h"
#include "sdk/runtime/names_text.h"

namespace credo::runtime {
namespace {

// Why a loss does not imagine, or "".
Result<std::string> ReasonOf(
    const JsonTree& json, const std::string& place, const std::string& kind,
    const std::vector<FrameModelPart>& frame_models) {
  if (kind != kSimcore) {
    return "losses of kind '" + kind + "' are not known here";
  }
  const JsonTree* const decoder = json.Find("decoder");
  if (decoder == nullptr) {
    return ExpectedOption(json, place, "decoder", "an object of options");
  }
  CREDO_ASSIGN_OR_RETURN(const std::string name,
                         ReadKind(*decoder, place + ": decoder"));
  const FrameModelPart* const part = FindPart(frame_models, name);
  if (part == nullptr) return "decoder '" + name + "' is not known here";
  return part->make ? std::string() : "decoder '" + name + "' draws nothing";
}

}  // namespace

Result<Imagination> Imagination::Load(
    const Source& source, const std::vector<FrameModelPart>& frame_models,
    const Core& core, SimulatorPlace place, OptionsRead& read) {
  const std::string metadata = "metadata 'auxiliary'";
  CREDO_ASSIGN_OR_RETURN(const std::string text,
                         source.file.Metadata(kModelAuxiliary));
  CREDO_ASSIGN_OR_RETURN(const std::vector<JsonTree> losses,
                         ParseObjects(text, metadata));
  Imagination imagination;
  for (size_t i = 0; i < losses.size(); ++i) {
    place.options = EntryPlace(metadata, i);
    CREDO_ASSIGN_OR_RETURN(const std::string kind,
                           ReadKind(losses[i], place.options));
    place.name = "auxiliary." + std::to_string(i) + "." + kind;
    Task& task = imagination.tasks_.emplace_back();
    task.name = place.name;
    CREDO_ASSIGN_OR_RETURN(
        task.reason, ReasonOf(losses[i], place.options, kind, frame_models));
    if (!task.reason.empty()) continue;
    SimcoreOptions options(Catalog(frame_models));
    CREDO_RETURN_IF_ERROR(
        ReadOptions(losses[i], place.options, options, &read));
    CREDO_ASSIGN_OR_RETURN(
        task.simulator,
        Simulator::Load(source, options,
                        *FindPart(frame_models, options.decoder.kind), core,
                        place));
  }
  return imagination;
}

const Simulator* Imagination::first() const {
  for (const Task& task : tasks_) {
    if (task.simulator) return &*task.simulator;
  }
  return nullptr;
}

Result<const Simulator*> Imagination::Find(std::string_view name) const {
  for (const Task& task : tasks_) {
    if (task.simulator && (name.empty() || task.name == name)) {
      return &*task.simulator;
    }
  }
  // Texts only now: finding one takes no memory.
  std::string reasons;
  for (const Task& task : tasks_) {
    if (!name.empty() && task.name != name) continue;
    reasons += (reasons.empty() ? "'" : "; '") + task.name + "': " +
               task.reason;
  }
  if (!name.empty() && reasons.empty()) {
    const std::string known = NamesText(tasks_, &Task::name);
    return NotFound("task '" + std::string(name) + "': expected " +
                    (known.empty() ? "none: the model has no losses" : known));
  }
  return NotFound("expected a loss that imagines, found " +
                  (reasons.empty() ? "none" : reasons));
}

int64_t Imagination::scratch() const {
  int64_t most = 0;
  for (const Task& task : tasks_) {
    if (task.simulator) most = std::max(most, task.simulator->scratch());
  }
  return most;
}

}  // namespace credo::runtime
