#include "agents/probes/probe_options.h"

namespace credo {
namespace {

std::string PrivilegedNames(const EnvironmentSpec& spec) {
  std::string names;
  for (const ObservationSpec& observation : spec.observations) {
    if (!observation.privileged) continue;
    names += (names.empty() ? "'" : ", '") + observation.name + "'";
  }
  return names.empty() ? "none: this world has none" : names;
}

const char* KindName(ObservationKind kind) {
  switch (kind) {
    case ObservationKind::kPicture: return "a picture";
    case ObservationKind::kTiles: return "tiles";
    case ObservationKind::kVector: return "a vector";
  }
  return "unknown";
}

Result<ObservationSpec> FindPrivileged(const std::string& key,
                                       const std::string& name,
                                       const EnvironmentSpec& spec) {
  const int index = spec.IndexOf(name);
  if (index < 0 || !spec.observations[index].privileged) {
    return InvalidArgument(
        key + ": expected a privileged observation of world '" + spec.name +
        "' (" + PrivilegedNames(spec) + "), found '" + name + "'");
  }
  return spec.observations[index];
}

// The mask that `name` says, or TARGET`suffix` when the world has that.
Result<std::string> FindMask(const std::string& key, const std::string& name,
                             const std::string& suffix,
                             const ObservationSpec& target,
                             const EnvironmentSpec& spec) {
  std::string wanted = name;
  if (wanted.empty()) {
    wanted = target.name + suffix;
    if (spec.IndexOf(wanted) < 0) return std::string();
  }
  CREDO_ASSIGN_OR_RETURN(const ObservationSpec mask,
                         FindPrivileged(key, wanted, spec));
  if (mask.kind != ObservationKind::kTiles || mask.shape != target.shape) {
    return InvalidArgument(key + ": expected tiles of the target's shape " +
                           ShapeText(target.shape) + ", found '" + wanted +
                           "' of shape " + ShapeText(mask.shape));
  }
  return wanted;
}

}  // namespace

void ProbeOptions::Visit(FieldVisitor& v) {
  v.Text("target", target, "the privileged observation to read off");
  v.Text("seen", seen,
         "the mask of what was seen so far; empty: TARGET.seen if there is "
         "one");
  v.Text("visible", visible,
         "the mask of what is in view now; empty: TARGET.visible if there is "
         "one");
}

Result<ProbeTarget> FindTarget(const ProbeOptions& options,
                               const EnvironmentSpec& spec,
                               ObservationKind kind) {
  ProbeTarget found;
  CREDO_ASSIGN_OR_RETURN(found.target,
                         FindPrivileged("target", options.target, spec));
  if (found.target.kind != kind) {
    return InvalidArgument("target: expected " + std::string(KindName(kind)) +
                           ", found '" + options.target + "', which is " +
                           KindName(found.target.kind));
  }
  CREDO_ASSIGN_OR_RETURN(
      found.seen, FindMask("seen", options.seen, ".seen", found.target, spec));
  CREDO_ASSIGN_OR_RETURN(found.visible, FindMask("visible", options.visible,
                                                 ".visible", found.target,
                                                 spec));
  return found;
}

}  // namespace credo
