#include "bindings/learn/world_spec.h"

#include <string>
#include <utility>

#include "bindings/c/crossing.h"

namespace credo::c {
namespace {

Status AddObservations(const credo_observation_info* list, int32_t count,
                       bool privileged, EnvironmentSpec& spec) {
  for (int32_t i = 0; i < count; ++i) {
    CREDO_RETURN_IF_ERROR(RequireNotNull(list, "world: observations"));
    credo_observation_info info;
    CREDO_RETURN_IF_ERROR(ReadEntry(list, i, "world: observations", info));
    CREDO_ASSIGN_OR_RETURN(ObservationSpec entry, SpecOf(info));
    entry.privileged = privileged;
    spec.observations.push_back(std::move(entry));
  }
  return OkStatus();
}

Result<ActionField> FieldOf(const credo_action_info& info) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(info.name, "world: action: name"));
  const std::string place = "world: action '" + std::string(info.name) + "': ";
  if (info.words < 1) {
    return InvalidArgument(place + "words: expected 1 or more, found " +
                           std::to_string(info.words));
  }
  if (info.continuous != 0) {
    return ActionField::Continuous(info.name, info.words, info.low, info.high);
  }
  if (info.factors != nullptr) {
    return ActionField::MultiDiscrete(
        info.name, std::vector<int64_t>(info.factors,
                                        info.factors + info.words));
  }
  if (info.words != 1) {
    return InvalidArgument(place +
                           "factors: expected the choices of each, found NULL");
  }
  return ActionField::Discrete(info.name, info.choices);
}

}  // namespace

Result<EnvironmentSpec> WorldSpecOf(const credo_world& world) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(world.name, "world: name"));
  EnvironmentSpec spec;
  spec.name = world.name;
  spec.seconds_per_step = world.seconds_per_step;
  spec.action.has_mask = world.mask != 0;
  CREDO_RETURN_IF_ERROR(AddObservations(
      world.observations, world.observation_count, false, spec));
  CREDO_RETURN_IF_ERROR(AddObservations(world.privileged,
                                        world.privileged_count, true, spec));
  for (int32_t i = 0; i < world.action_count; ++i) {
    CREDO_RETURN_IF_ERROR(RequireNotNull(world.actions, "world: actions"));
    credo_action_info info;
    CREDO_RETURN_IF_ERROR(ReadEntry(world.actions, i, "world: actions", info));
    CREDO_ASSIGN_OR_RETURN(ActionField field, FieldOf(info));
    spec.action.fields.push_back(std::move(field));
  }
  return spec;
}

}  // namespace credo::c
