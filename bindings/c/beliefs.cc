// The calls on beliefs.

#include "bindings/c/handles.h"

namespace credo::c {
namespace {

using runtime::ActionSource;
using runtime::Beliefs;
using runtime::FinishedRecord;
using runtime::ImagineMode;
using runtime::Imagining;

// Hands a finished record on to the host.
void ShowRecord(void* user, const FinishedRecord& record) {
  const auto* beliefs = static_cast<const credo_beliefs*>(user);
  credo_record shown = {};
  shown.size = sizeof(shown);
  shown.row = static_cast<int32_t>(record.row);
  shown.kind = static_cast<int32_t>(record.kind);
  shown.reward = record.reward;
  shown.observation_count = static_cast<int32_t>(record.observations.size());
  shown.action_words = static_cast<int32_t>(record.action_before.size());
  shown.belief_numbers = static_cast<int64_t>(record.belief.size());
  shown.observations =
      reinterpret_cast<const void* const*>(record.observations.data());
  shown.mask = record.mask.empty() ? nullptr : record.mask.data();
  shown.action = record.action_before.data();
  shown.log_probability = record.log_probability_before;
  shown.belief = record.belief.data();
  shown.state = record.state.data();
  shown.state_bytes = static_cast<int64_t>(record.state.size());
  shown.continues = record.continues ? 1 : 0;
  beliefs->tap(beliefs->tap_user, &shown);
}

// Tells the tap that there is that it hears no more.
void EndTap(credo_beliefs& beliefs) {
  if (beliefs.tap_end != nullptr) beliefs.tap_end(beliefs.tap_user);
  beliefs.tap_end = nullptr;
}

Result<Imagining> ImaginingOf(const credo_imagine_options* options) {
  Imagining how;
  if (options == nullptr) return how;
  credo_imagine_options given;
  CREDO_RETURN_IF_ERROR(
      ReadStruct(options, sizeof(credo_imagine_options), "options", given));
  if (given.mode < CREDO_IMAGINE_MEAN || given.mode > CREDO_IMAGINE_DEVIATION) {
    return InvalidArgument("options.mode: expected 0 to 2, found " +
                           std::to_string(given.mode));
  }
  if (given.task != nullptr) how.task = given.task;
  how.mode = static_cast<ImagineMode>(given.mode);
  how.seed = given.seed;
  if (given.samples != 0) how.samples = given.samples;
  return how;
}

}  // namespace
}  // namespace credo::c

using credo::Status;
using credo::c::Cross;
using credo::c::CrossBeliefs;
using credo::c::CrossRow;
using credo::c::RequireNotNull;
using credo::runtime::Beliefs;

credo_status credo_beliefs_create(credo_agent* agent, int32_t count,
                                  uint64_t seed, credo_beliefs** beliefs,
                                  credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(beliefs, "beliefs"));
    auto handle = std::make_unique<credo_beliefs>();
    handle->owner = agent;
    CREDO_ASSIGN_OR_RETURN(handle->beliefs,
                           Beliefs::Make(*agent->agent, count, seed));
    *beliefs = handle.release();
    return credo::OkStatus();
  });
}

credo_status credo_beliefs_destroy(credo_beliefs* beliefs,
                                   credo_error* error) {
  if (beliefs == nullptr) return CREDO_OK;
  return Cross(error, [&]() -> Status {
    // Not while a call is under way, such as out of a tap. It stays taken: what
    // comes until the end is refused.
    CREDO_RETURN_IF_ERROR(credo::c::TakeBeliefs(*beliefs));
    credo::c::EndTap(*beliefs);
    delete beliefs;
    return credo::OkStatus();
  });
}

int32_t credo_beliefs_count(const credo_beliefs* beliefs) {
  if (beliefs == nullptr) return 0;
  return static_cast<int32_t>(beliefs->beliefs->count());
}

credo_status credo_beliefs_observe(credo_beliefs* beliefs, int32_t row,
                                   const char* name, const void* data,
                                   size_t bytes, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(name, "name"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(data, "data"));
    return it.Observe(row, name,
                      {static_cast<const std::byte*>(data), bytes});
  });
}

credo_status credo_beliefs_mask(credo_beliefs* beliefs, int32_t row,
                                const uint8_t* legal, size_t bytes,
                                credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(legal, "legal"));
    return it.SetMask(row, {legal, bytes});
  });
}

credo_status credo_beliefs_reward(credo_beliefs* beliefs, int32_t row,
                                  float reward, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) {
    return it.Reward(row, reward);
  });
}

credo_status credo_beliefs_end(credo_beliefs* beliefs, int32_t row,
                               int32_t end, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    if (end != CREDO_TERMINAL && end != CREDO_TRUNCATED) {
      return credo::InvalidArgument(
          "end: expected CREDO_TERMINAL (2) or CREDO_TRUNCATED (3), found " +
          std::to_string(end));
    }
    return it.End(row, static_cast<credo::Kind>(end));
  });
}

credo_status credo_beliefs_reset(credo_beliefs* beliefs, int32_t row,
                                 credo_error* error) {
  return CrossRow(beliefs, row, error,
                  [&](Beliefs& it) { return it.Reset(row); });
}

credo_status credo_beliefs_source(credo_beliefs* beliefs, int32_t row,
                                  int32_t source, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    if (source < CREDO_SAMPLED || source > CREDO_EXTERNAL) {
      return credo::InvalidArgument("source: expected 0 to 2, found " +
                                    std::to_string(source));
    }
    return it.SetSource(row,
                        static_cast<credo::runtime::ActionSource>(source));
  });
}

credo_status credo_beliefs_act(credo_beliefs* beliefs, int32_t row,
                               const char* field, const float* values,
                               size_t count, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(field, "field"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(values, "values"));
    return it.Act(row, field, {values, count});
  });
}

credo_status credo_step(credo_agent* agent, credo_beliefs* beliefs,
                        const int32_t* rows, size_t count, double seconds,
                        credo_error* error) {
  return CrossBeliefs(beliefs, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    if (agent != beliefs->owner) {
      return credo::InvalidArgument(
          "agent: expected the one that the beliefs were created for, found "
          "another");
    }
    if (count > 0) CREDO_RETURN_IF_ERROR(RequireNotNull(rows, "rows"));
    return it.Step({rows, count}, seconds);
  });
}

credo_status credo_beliefs_action(credo_beliefs* beliefs, int32_t row,
                                  const char* field, float* values,
                                  size_t count, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(field, "field"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(values, "values"));
    return it.Action(row, field, {values, count});
  });
}

credo_status credo_beliefs_probabilities(credo_beliefs* beliefs, int32_t row,
                                         const char* field, float* values,
                                         size_t count, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(field, "field"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(values, "values"));
    return it.Probabilities(row, field, {values, count});
  });
}

credo_status credo_beliefs_value(credo_beliefs* beliefs, int32_t row,
                                 float* value, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(value, "value"));
    return it.Value(row, *value);
  });
}

credo_status credo_beliefs_belief(credo_beliefs* beliefs, int32_t row,
                                  float* values, size_t count,
                                  credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(values, "values"));
    return it.Belief(row, {values, count});
  });
}

credo_status credo_beliefs_probe(credo_beliefs* beliefs, int32_t row,
                                 const char* target, float* values,
                                 size_t count, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(target, "target"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(values, "values"));
    return it.Probe(row, target, {values, count});
  });
}

credo_status credo_beliefs_imagine(credo_beliefs* beliefs, int32_t row,
                                   const credo_imagine_options* options,
                                   const float* actions, size_t action_count,
                                   int32_t steps, const char* observation,
                                   float* frames, size_t frame_count,
                                   credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_ASSIGN_OR_RETURN(const auto how, credo::c::ImaginingOf(options));
    if (action_count > 0) {
      CREDO_RETURN_IF_ERROR(RequireNotNull(actions, "actions"));
    }
    CREDO_RETURN_IF_ERROR(RequireNotNull(observation, "observation"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(frames, "frames"));
    return it.Imagine(row, {actions, action_count}, steps, observation,
                      {frames, frame_count}, how);
  });
}

credo_status credo_beliefs_save(credo_beliefs* beliefs, int32_t row,
                                void* bytes, size_t size, credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(bytes, "bytes"));
    return it.SaveState(row, {static_cast<std::byte*>(bytes), size});
  });
}

credo_status credo_beliefs_load(credo_beliefs* beliefs, int32_t row,
                                const void* bytes, size_t size,
                                credo_error* error) {
  return CrossRow(beliefs, row, error, [&](Beliefs& it) -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(bytes, "bytes"));
    return it.LoadState(row, {static_cast<const std::byte*>(bytes), size});
  });
}

credo_status credo_beliefs_set_tap(credo_beliefs* beliefs, credo_tap tap,
                                   void* user, credo_error* error) {
  return CrossBeliefs(beliefs, error, [&](Beliefs& it) -> Status {
    credo::c::EndTap(*beliefs);
    beliefs->tap = tap;
    beliefs->tap_user = user;
    it.SetTap(tap == nullptr ? nullptr : &credo::c::ShowRecord, beliefs);
    return credo::OkStatus();
  });
}

credo_status credo_beliefs_on_tap_end(credo_beliefs* beliefs,
                                      credo_tap_end end, credo_error* error) {
  return CrossBeliefs(beliefs, error, [&](Beliefs&) -> Status {
    if (beliefs->tap == nullptr) {
      return credo::FailedPrecondition("expected a tap, found none");
    }
    beliefs->tap_end = end;
    return credo::OkStatus();
  });
}
