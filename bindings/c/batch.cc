// The calls on many rows at once.
#include "bindings/c/handles.h"

namespace credo::c {
namespace {

using runtime::Beliefs;

// Like CrossBeliefs, for a call on `count` rows.
template <typename Call>
credo_status CrossRows(credo_beliefs* beliefs, const int32_t* rows,
                       size_t count, const void* data, const char* name,
                       credo_error* error, Call call) noexcept {
  return CrossBeliefs(beliefs, error, [&](Beliefs& it) -> Status {
    if (count == 0) return OkStatus();
    CREDO_RETURN_IF_ERROR(RequireNotNull(rows, "rows"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(data, name));
    for (size_t i = 0; i < count; ++i) {
      if (rows[i] >= 0 && rows[i] < it.count()) continue;
      return InvalidArgument("rows[" + std::to_string(i) +
                             "]: expected 0 to " +
                             std::to_string(it.count() - 1) + ", found " +
                             std::to_string(rows[i]));
    }
    return call(it);
  });
}

// Runs `call` for each i below `count`; a failure names rows[i].
template <typename Call>
Status EachRow(const int32_t* rows, size_t count, Call call) {
  for (size_t i = 0; i < count; ++i) {
    const Status status = call(i);
    if (!status.ok()) return status.At("row " + std::to_string(rows[i]));
  }
  return OkStatus();
}

// That a buffer holds `count` times `each` numbers.
Status CheckSize(size_t found, size_t count, int64_t each) {
  const size_t expected = count * static_cast<size_t>(each);
  if (found == expected) return OkStatus();
  return InvalidArgument("values: expected " + std::to_string(expected) +
                         " numbers, found " + std::to_string(found));
}

template <typename List>
Status Find(const List& list, const char* name, const char* what,
            int32_t* index) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(name, "name"));
  CREDO_RETURN_IF_ERROR(RequireNotNull(index, "index"));
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].name != name) continue;
    *index = static_cast<int32_t>(i);
    return OkStatus();
  }
  return NotFound(std::string(what) + " '" + name +
                  "': expected one of the agent's, found none of this name");
}

}  // namespace
}  // namespace credo::c

using credo::InvalidArgument;
using credo::OkStatus;
using credo::Status;
using credo::c::CheckSize;
using credo::c::Cross;
using credo::c::CrossRows;
using credo::c::EachRow;
using credo::c::RequireNotNull;
using credo::runtime::Beliefs;

credo_status credo_agent_find_observation(const credo_agent* agent,
                                          const char* name, int32_t* index,
                                          credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    return credo::c::Find(agent->agent->first().observations(), name,
                          "observation", index);
  });
}

credo_status credo_agent_find_action(const credo_agent* agent,
                                     const char* name, int32_t* index,
                                     credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    return credo::c::Find(agent->agent->first().spec().action.fields, name,
                          "action", index);
  });
}

credo_status credo_beliefs_observe_rows(credo_beliefs* beliefs,
                                        const int32_t* rows, size_t count,
                                        int32_t observation, const void* data,
                                        size_t stride, credo_error* error) {
  return CrossRows(
      beliefs, rows, count, data, "data", error, [&](Beliefs& it) -> Status {
        const auto& specs = it.agent().first().observations();
        if (observation >= 0 &&
            static_cast<size_t>(observation) < specs.size() &&
            static_cast<int64_t>(stride) < specs[observation].bytes()) {
          return InvalidArgument(
              "stride: expected at least " +
              std::to_string(specs[observation].bytes()) + ", found " +
              std::to_string(stride));
        }
        return it.ObserveRows({rows, count}, observation,
                              static_cast<const std::byte*>(data),
                              static_cast<int64_t>(stride));
      });
}

credo_status credo_beliefs_reward_rows(credo_beliefs* beliefs,
                                       const int32_t* rows, size_t count,
                                       const float* rewards,
                                       credo_error* error) {
  return CrossRows(
      beliefs, rows, count, rewards, "rewards", error,
      [&](Beliefs& it) -> Status {
        CREDO_RETURN_IF_ERROR(EachRow(rows, count, [&](size_t i) {
          return Beliefs::CheckReward(rewards[i]);
        }));
        return EachRow(rows, count, [&](size_t i) {
          return it.Reward(rows[i], rewards[i]);
        });
      });
}

credo_status credo_beliefs_end_rows(credo_beliefs* beliefs,
                                    const int32_t* rows, size_t count,
                                    const int32_t* ends, credo_error* error) {
  return CrossRows(
      beliefs, rows, count, ends, "ends", error, [&](Beliefs& it) -> Status {
        const auto kind = [&](size_t i) {
          return static_cast<credo::Kind>(ends[i]);
        };
        CREDO_RETURN_IF_ERROR(EachRow(rows, count, [&](size_t i) {
          return ends[i] == 0 ? OkStatus() : it.CheckEnd(rows[i], kind(i));
        }));
        return EachRow(rows, count, [&](size_t i) {
          return ends[i] == 0 ? OkStatus() : it.End(rows[i], kind(i));
        });
      });
}

credo_status credo_beliefs_action_rows(credo_beliefs* beliefs,
                                       const int32_t* rows, size_t count,
                                       int32_t field, float* values,
                                       size_t value_count,
                                       credo_error* error) {
  return CrossRows(
      beliefs, rows, count, values, "values", error,
      [&](Beliefs& it) -> Status {
        const auto& fields = it.agent().first().spec().action.fields;
        if (field < 0 || static_cast<size_t>(field) >= fields.size()) {
          return InvalidArgument("field: expected 0 to " +
                                 std::to_string(fields.size() - 1) +
                                 ", found " + std::to_string(field));
        }
        const auto words = static_cast<size_t>(fields[field].words());
        CREDO_RETURN_IF_ERROR(
            CheckSize(value_count, count, fields[field].words()));
        return EachRow(rows, count, [&](size_t i) {
          return it.Action(rows[i], fields[field].name,
                           {values + i * words, words});
        });
      });
}

credo_status credo_beliefs_value_rows(credo_beliefs* beliefs,
                                      const int32_t* rows, size_t count,
                                      float* values, credo_error* error) {
  return CrossRows(beliefs, rows, count, values, "values", error,
                   [&](Beliefs& it) -> Status {
                     return EachRow(rows, count, [&](size_t i) {
                       return it.Value(rows[i], values[i]);
                     });
                   });
}

credo_status credo_beliefs_belief_rows(credo_beliefs* beliefs,
                                       const int32_t* rows, size_t count,
                                       float* values, size_t value_count,
                                       credo_error* error) {
  return CrossRows(
      beliefs, rows, count, values, "values", error,
      [&](Beliefs& it) -> Status {
        const auto size =
            static_cast<size_t>(it.agent().first().core().belief_size());
        CREDO_RETURN_IF_ERROR(
            CheckSize(value_count, count, static_cast<int64_t>(size)));
        return EachRow(rows, count, [&](size_t i) {
          return it.Belief(rows[i], {values + i * size, size});
        });
      });
}
