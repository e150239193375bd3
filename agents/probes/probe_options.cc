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

Result<ProbeTarget> FindTarget(const std::string& kind,
                               const ProbeOptions& options,
                               const EnvironmentSpec& spec) {
  ProbeTarget found;
  CREDO_ASSIGN_OR_RETURN(found.target,
                         FindPrivileged("target", options.target, spec));
  CREDO_RETURN_IF_ERROR(
      ProbeModel::Make(kind, options, spec, /*features=*/1).status());
  CREDO_ASSIGN_OR_RETURN(
      found.seen, FindMask("seen", options.seen, ".seen", found.target, spec));
  CREDO_ASSIGN_OR_RETURN(found.visible, FindMask("visible", options.visible,
                                                 ".visible", found.target,
                                                 spec));
  return found;
}

}  // namespace credo
