// The calls on agents.

#include "bindings/c/handles.h"
#include "sdk/base/number_text.h"
#include "sdk/base/read_file.h"
#include "sdk/base/spec_json.h"

namespace credo::c {
namespace {

using runtime::Agent;
using runtime::Host;

Result<Host> HostOf(const credo_host* host) {
  Host made;
  if (host == nullptr) return made;
  credo_host given;
  CREDO_RETURN_IF_ERROR(
      ReadStruct(host, sizeof(credo_host), "host", given));
  if (given.reserved != 0) {
    return InvalidArgument("host.reserved: expected 0, found " +
                           std::to_string(given.reserved));
  }
  if ((given.allocate == nullptr) != (given.release == nullptr)) {
    return InvalidArgument(
        "host: expected both allocate and release or neither, found one");
  }
  if (given.allocate != nullptr) {
    made.allocator = {given.allocate, given.release, given.allocator_user};
  }
  made.log = given.log;
  made.log_user = given.log_user;
  return made;
}

Status LoadAgent(std::span<const std::byte> bytes, const std::string& place,
                 const credo_host* host, credo_agent** agent) {
  CREDO_ASSIGN_OR_RETURN(const Host made, HostOf(host));
  auto handle = std::make_unique<credo_agent>();
  CREDO_ASSIGN_OR_RETURN(handle->agent, Agent::Load(bytes, place, made));
  *agent = handle.release();
  return OkStatus();
}

// Something of the agent's by number.
template <typename List>
Status CheckIndex(const List& list, int32_t index) {
  if (index >= 0 && static_cast<size_t>(index) < list.size()) return OkStatus();
  if (list.empty()) {
    return InvalidArgument("index: the agent has none of these, found " +
                           std::to_string(index));
  }
  return InvalidArgument("index: expected 0 to " +
                         std::to_string(static_cast<int64_t>(list.size()) - 1) +
                         ", found " + std::to_string(index));
}

Status Describe(const ObservationSpec& spec, int64_t numbers,
                credo_observation_info* info) {
  credo_observation_info made = {};
  made.kind = static_cast<int32_t>(spec.kind);
  made.name = spec.name.c_str();
  made.rank = static_cast<int32_t>(spec.shape.size());
  for (size_t i = 0; i < spec.shape.size(); ++i) {
    made.shape[i] = static_cast<int32_t>(spec.shape[i]);
  }
  made.low = spec.low;
  made.high = spec.high;
  made.bytes = spec.bytes();
  made.numbers = numbers;
  return WriteStruct(made, sizeof(made), "info", info);
}

// The host's observations, all of them the agent's, in the order of its own.
Result<std::vector<ObservationSpec>> ReadObservations(
    const std::vector<ObservationSpec>& own,
    const credo_observation_info* observations, int32_t count) {
  std::vector<ObservationSpec> given;
  for (int32_t i = 0; i < count; ++i) {
    credo_observation_info info;
    CREDO_RETURN_IF_ERROR(ReadEntry(observations, i, "observations", info));
    CREDO_ASSIGN_OR_RETURN(ObservationSpec entry, SpecOf(info));
    const std::string place = "observation '" + entry.name + "': ";
    if (std::ranges::find(own, entry.name, &ObservationSpec::name) ==
        own.end()) {
      return InvalidArgument(place + "expected one that the agent sees, found "
                                     "none of this name");
    }
    if (std::ranges::find(given, entry.name, &ObservationSpec::name) !=
        given.end()) {
      return InvalidArgument(place + "expected it once, found it twice");
    }
    given.push_back(std::move(entry));
  }
  const auto place = [&](const ObservationSpec& spec) {
    return std::ranges::find(own, spec.name, &ObservationSpec::name) -
           own.begin();
  };
  std::ranges::sort(given, {}, place);
  return given;
}

std::string BoundsText(double low, double high) {
  return "[" + NumberText(low) + ", " + NumberText(high) + "]";
}

// Fields are compared by what the host can know of them.
Status CheckActions(const ActionSpec& own, const credo_action_info* actions,
                    int32_t count) {
  uint64_t named = 0;  // one bit per field
  for (int32_t i = 0; i < count; ++i) {
    credo_action_info info;
    CREDO_RETURN_IF_ERROR(ReadEntry(actions, i, "actions", info));
    CREDO_RETURN_IF_ERROR(RequireNotNull(info.name, "action: name"));
    const auto found = std::ranges::find(
        own.fields, std::string_view(info.name), &ActionField::name);
    const std::string place = "action '" + std::string(info.name) + "': ";
    if (found == own.fields.end()) {
      return InvalidArgument(place + "expected a field of the agent's, found "
                                     "none of this name");
    }
    const uint64_t bit = uint64_t{1} << (found - own.fields.begin());
    if ((named & bit) != 0) {
      return InvalidArgument(place +
                             "expected it once, found it twice");
    }
    named |= bit;
    const int64_t choices = found->choice_count();
    const bool continuous = found->kind == ActionField::Kind::kContinuous;
    if (continuous != (info.continuous != 0)) {
      return InvalidArgument(place + "expected a " +
                             (continuous ? "continuous" : "discrete") +
                             " field, found a " +
                             (continuous ? "discrete" : "continuous") +
                             " one");
    }
    if (found->words() != info.words || choices != info.choices) {
      return InvalidArgument(place + "expected " +
                             std::to_string(found->words()) + " words and " +
                             std::to_string(choices) + " choices, found " +
                             std::to_string(info.words) + " and " +
                             std::to_string(info.choices));
    }
    if (continuous && (found->low != info.low || found->high != info.high)) {
      return InvalidArgument(place + "expected bounds " +
                             BoundsText(found->low, found->high) + ", found " +
                             BoundsText(info.low, info.high));
    }
    if (!continuous && info.factors != nullptr &&
        !std::equal(found->choices.begin(), found->choices.end(),
                    info.factors)) {
      const Shape factors(info.factors, info.factors + info.words);
      return InvalidArgument(place + "expected factors of " +
                             ShapeText(found->choices) + " choices, found " +
                             ShapeText(factors));
    }
  }
  if (static_cast<size_t>(count) == own.fields.size()) return OkStatus();
  return InvalidArgument("actions: expected " +
                         std::to_string(own.fields.size()) +
                         " fields, found " + std::to_string(count));
}

}  // namespace
}  // namespace credo::c

using credo::Status;
using credo::c::CheckIndex;
using credo::c::Cross;
using credo::c::Describe;
using credo::c::RequireNotNull;
using credo::c::WriteStruct;

credo_status credo_agent_load_file(const char* path, const credo_host* host,
                                   credo_agent** agent, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(path, "path"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_ASSIGN_OR_RETURN(const std::string bytes, credo::ReadFile(path));
    return credo::c::LoadAgent(std::as_bytes(std::span(bytes)), path, host,
                               agent);
  });
}

credo_status credo_agent_load_memory(const void* bytes, size_t size,
                                     const credo_host* host,
                                     credo_agent** agent, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(bytes, "bytes"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    return credo::c::LoadAgent({static_cast<const std::byte*>(bytes), size},
                               "memory", host, agent);
  });
}

credo_status credo_agent_destroy(credo_agent* agent, credo_error* error) {
  return Cross(error, [&]() -> Status {
    if (agent == nullptr) return credo::OkStatus();
    const int64_t users = agent->agent->users();
    if (users > 0) {
      return credo::FailedPrecondition(
          "agent: expected no beliefs of it any more, found " +
          std::to_string(users));
    }
    delete agent;
    return credo::OkStatus();
  });
}

credo_status credo_agent_publish_file(credo_agent* agent, const char* path,
                                      credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(path, "path"));
    CREDO_ASSIGN_OR_RETURN(const std::string bytes, credo::ReadFile(path));
    return agent->agent->Publish(std::as_bytes(std::span(bytes)), path);
  });
}

credo_status credo_agent_publish_memory(credo_agent* agent, const void* bytes,
                                        size_t size, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(bytes, "bytes"));
    return agent->agent->Publish({static_cast<const std::byte*>(bytes), size},
                                 "memory");
  });
}

credo_status credo_agent_get_info(const credo_agent* agent,
                                  credo_agent_info* info, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const credo::runtime::Network& network = agent->agent->first();
    credo_agent_info made = {};
    made.observations = static_cast<int32_t>(network.observations().size());
    made.actions = static_cast<int32_t>(network.spec().action.fields.size());
    made.probes = static_cast<int32_t>(network.probes().heads().size());
    made.tasks = static_cast<int32_t>(network.imagination().tasks().size());
    if (network.simulator() != nullptr) {
      made.imagined =
          static_cast<int32_t>(network.simulator()->observations().size());
    }
    if (network.spec().action.has_mask) {
      made.mask = static_cast<int32_t>(network.distribution().mask_size());
    }
    made.belief = network.core().belief_size();
    made.state_bytes = credo::runtime::Beliefs::StateBytes(network);
    made.action_words = network.distribution().words();
    made.seconds_per_step = network.spec().seconds_per_step;
    made.frames = agent->agent->frames();
    made.publishes = agent->agent->publishes();
    made.world = network.spec().name.c_str();
    made.kernels = network.kernels().name;
    return WriteStruct(made, sizeof(made), "info", info);
  });
}

credo_status credo_agent_get_observation(const credo_agent* agent,
                                         int32_t index,
                                         credo_observation_info* info,
                                         credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const auto& list = agent->agent->first().observations();
    CREDO_RETURN_IF_ERROR(CheckIndex(list, index));
    return Describe(list[index], list[index].elements(), info);
  });
}

credo_status credo_agent_get_action(const credo_agent* agent, int32_t index,
                                    credo_action_info* info,
                                    credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const auto& list = agent->agent->first().spec().action.fields;
    CREDO_RETURN_IF_ERROR(CheckIndex(list, index));
    const credo::ActionField& field = list[index];
    credo_action_info made = {};
    made.continuous = field.kind == credo::ActionField::Kind::kContinuous;
    made.name = field.name.c_str();
    made.words = static_cast<int32_t>(field.words());
    made.choices = static_cast<int32_t>(field.choice_count());
    if (made.continuous != 0) {
      made.low = field.low;
      made.high = field.high;
    } else {
      made.factors = field.choices.data();
    }
    return WriteStruct(made, sizeof(made), "info", info);
  });
}

credo_status credo_agent_get_probe(const credo_agent* agent, int32_t index,
                                   credo_observation_info* info,
                                   credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const auto& list = agent->agent->first().probes().heads();
    CREDO_RETURN_IF_ERROR(CheckIndex(list, index));
    const credo::ProbeModel& probe = list[index].model;
    return Describe(probe.target, probe.outputs, info);
  });
}

credo_status credo_agent_get_task(const credo_agent* agent, int32_t index,
                                  credo_task_info* info, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const auto& list = agent->agent->first().imagination().tasks();
    CREDO_RETURN_IF_ERROR(CheckIndex(list, index));
    const auto& task = list[index];
    credo_task_info made = {};
    made.name = task.name.c_str();
    if (task.simulator) {
      made.imagined =
          static_cast<int32_t>(task.simulator->observations().size());
    } else {
      made.reason = task.reason.c_str();
    }
    return WriteStruct(made, sizeof(made), "info", info);
  });
}

credo_status credo_agent_get_imagined(const credo_agent* agent,
                                      const char* task, int32_t index,
                                      credo_observation_info* info,
                                      credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    const auto simulator = agent->agent->first().imagination().Find(
        task == nullptr ? "" : task);
    if (!simulator.ok()) return simulator.status().At("imagined");
    const auto& list = (*simulator)->observations();
    CREDO_RETURN_IF_ERROR(CheckIndex(list, index));
    return Describe(list[index], list[index].numbers(), info);
  });
}

credo_status credo_agent_check_spec(const credo_agent* agent,
                                    const credo_observation_info* observations,
                                    int32_t observation_count,
                                    const credo_action_info* actions,
                                    int32_t action_count, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(observations, "observations"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(actions, "actions"));
    if (observation_count < 0 || action_count < 0) {
      return credo::InvalidArgument(
          "counts: expected 0 or more, found " +
          std::to_string(std::min(observation_count, action_count)));
    }
    const credo::runtime::Network& network = agent->agent->first();
    credo::EnvironmentSpec own = network.spec();
    own.observations = network.observations();
    credo::EnvironmentSpec given = own;
    CREDO_ASSIGN_OR_RETURN(
        given.observations,
        credo::c::ReadObservations(own.observations, observations,
                                   observation_count));
    CREDO_RETURN_IF_ERROR(
        credo::c::CheckActions(own.action, actions, action_count));
    return credo::CompareSpecs(own, given);
  });
}
