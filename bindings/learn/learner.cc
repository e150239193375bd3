// The calls of credo_learn.h.
#include <credo/credo_learn.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "agents/hosting/host_learner.h"
#include "bindings/c/crossing.h"
#include "bindings/learn/world_spec.h"
#include "sdk/base/file.h"
#include "sdk/config/yaml.h"
#include "sdk/worlds/host.h"

namespace credo::c {
namespace {

// Beliefs whose records are learned from. Lives until their tap ends.
struct Attachment {
  credo_learner* learner = nullptr;
  credo_beliefs* beliefs = nullptr;
  std::shared_ptr<Experience> experience;
};

}  // namespace
}  // namespace credo::c

struct credo_learner {
  std::unique_ptr<credo::HostLearner> learner;
  std::mutex mutex;
  std::vector<std::unique_ptr<credo::c::Attachment>> attachments;

  credo::c::Attachment* Find(const credo_beliefs* beliefs) {
    const std::lock_guard lock(mutex);
    const auto found = std::ranges::find(attachments, beliefs,
                                         [](const auto& it) {
                                           return it->beliefs;
                                         });
    return found == attachments.end() ? nullptr : found->get();
  }
};

namespace credo::c {
namespace {

void AddRecord(void* user, const credo_record* record) {
  HostRecord added;
  added.row = record->row;
  added.kind = static_cast<Kind>(record->kind);
  added.reward = record->reward;
  added.observations = {
      reinterpret_cast<const std::byte* const*>(record->observations),
      static_cast<size_t>(record->observation_count)};
  Experience& experience = *static_cast<Attachment*>(user)->experience;
  if (record->mask != nullptr) {
    added.mask = {record->mask,
                  static_cast<size_t>(experience.layout().choices)};
  }
  added.action = {record->action, static_cast<size_t>(record->action_words)};
  added.log_probability = record->log_probability;
  added.state = {static_cast<const std::byte*>(record->state),
                 static_cast<size_t>(record->state_bytes)};
  added.continues = record->continues != 0;
  experience.Add(added);
}

void LetGo(void* user) {
  auto* const attachment = static_cast<Attachment*>(user);
  credo_learner& learner = *attachment->learner;
  learner.learner->Detach(attachment->experience.get());
  const std::lock_guard lock(learner.mutex);
  std::erase_if(learner.attachments,
                [&](const auto& it) { return it.get() == attachment; });
}

Status OfCall(credo_status status, const credo_error& error) {
  if (status == CREDO_OK) return OkStatus();
  return Status(static_cast<StatusCode>(status), error.message);
}

const Parts& LearnerParts() {
  static const Parts& parts = *new Parts(BuiltInParts());
  return parts;
}

Status Open(const credo_learner_options& options, const credo_world& world,
            std::unique_ptr<HostLearner>& learner) {
  CREDO_RETURN_IF_ERROR(RequireNotNull(options.config, "options.config"));
  CREDO_RETURN_IF_ERROR(RequireNotNull(options.run, "options.run"));
  std::vector<std::string> settings;
  for (int32_t i = 0; i < options.setting_count; ++i) {
    CREDO_RETURN_IF_ERROR(RequireNotNull(options.settings, "options.settings"));
    CREDO_RETURN_IF_ERROR(
        RequireNotNull(options.settings[i], "options.settings: entry"));
    settings.emplace_back(options.settings[i]);
  }
  CREDO_ASSIGN_OR_RETURN(const EnvironmentSpec spec, WorldSpecOf(world));
  CREDO_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.config));
  auto experiment = std::make_unique<ExperimentOptions>(LearnerParts());
  CREDO_RETURN_IF_ERROR(
      ReadYaml(text, options.config, settings, *experiment));
  if (experiment->world.kind != kHostWorld) {
    return InvalidArgument(std::string(options.config) +
                           ": world.kind: expected host, found " +
                           experiment->world.kind);
  }
  Result<std::unique_ptr<HostLearner>> made =
      HostLearner::Open(std::move(experiment), LearnerParts(), spec,
                        RunFolder(options.run));
  if (!made.ok()) {
    if (made.status().code() != StatusCode::kInvalidArgument) {
      return made.status();
    }
    return PlaceFailure(text, options.config, settings, made.status());
  }
  learner = *std::move(made);
  return OkStatus();
}

template <typename Call>
credo_status CrossLearner(credo_learner* learner, credo_error* error,
                          Call call) noexcept {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(learner, "learner"));
    return call();
  });
}

}  // namespace
}  // namespace credo::c

using credo::InvalidArgument;
using credo::NotFound;
using credo::OkStatus;
using credo::Status;
using credo::c::Attachment;
using credo::c::Cross;
using credo::c::CrossLearner;
using credo::c::OfCall;
using credo::c::ReadStruct;
using credo::c::RequireNotNull;

credo_status credo_learner_open(const credo_learner_options* options,
                                const credo_world* world,
                                credo_learner** learner, credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(options, "options"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(world, "world"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(learner, "learner"));
    credo_learner_options given;
    CREDO_RETURN_IF_ERROR(
        ReadStruct(options, sizeof(credo_learner_options), "options", given));
    credo_world shown;
    CREDO_RETURN_IF_ERROR(
        ReadStruct(world, sizeof(credo_world), "world", shown));
    auto handle = std::make_unique<credo_learner>();
    CREDO_RETURN_IF_ERROR(credo::c::Open(given, shown, handle->learner));
    *learner = handle.release();
    return OkStatus();
  });
}

credo_status credo_learner_destroy(credo_learner* learner,
                                   credo_error* error) {
  if (learner == nullptr) return CREDO_OK;
  return Cross(error, [&]() -> Status {
    const Status stopped = learner->learner->Stop();
    while (true) {
      credo_beliefs* beliefs = nullptr;
      {
        const std::lock_guard lock(learner->mutex);
        if (learner->attachments.empty()) break;
        beliefs = learner->attachments.front()->beliefs;
      }
      credo_error inner = CREDO_INIT(credo_error);
      CREDO_RETURN_IF_ERROR(OfCall(
          credo_beliefs_set_tap(beliefs, nullptr, nullptr, &inner), inner));
    }
    delete learner;
    return stopped;
  });
}

credo_status credo_learner_agent(credo_learner* learner,
                                 const credo_host* host, credo_agent** agent,
                                 credo_error* error) {
  return CrossLearner(learner, error, [&]() -> Status {
    const std::string model = learner->learner->Model();
    credo_error inner = CREDO_INIT(credo_error);
    return OfCall(credo_agent_load_memory(model.data(), model.size(), host,
                                          agent, &inner),
                  inner);
  });
}

credo_status credo_learner_attach(credo_learner* learner, credo_agent* agent,
                                  credo_beliefs* beliefs, credo_error* error) {
  return CrossLearner(learner, error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(agent, "agent"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(beliefs, "beliefs"));
    const auto publish = [agent](const std::string& model) -> Status {
      credo_error inner = CREDO_INIT(credo_error);
      return OfCall(credo_agent_publish_memory(agent, model.data(),
                                               model.size(), &inner),
                    inner);
    };
    CREDO_ASSIGN_OR_RETURN(
        auto experience,
        learner->learner->Attach(credo_beliefs_count(beliefs), publish));
    auto attachment = std::make_unique<Attachment>();
    attachment->learner = learner;
    attachment->beliefs = beliefs;
    attachment->experience = experience;
    Attachment* const user = attachment.get();
    credo_error inner = CREDO_INIT(credo_error);
    // First the tap that there is ends, which may be another of this learner's.
    Status set = OfCall(credo_beliefs_set_tap(beliefs, nullptr, nullptr,
                                              &inner),
                        inner);
    if (set.ok()) {
      {
        const std::lock_guard lock(learner->mutex);
        learner->attachments.push_back(std::move(attachment));
      }
      set = OfCall(credo_beliefs_set_tap(beliefs, &credo::c::AddRecord, user,
                                         &inner),
                   inner);
    }
    if (set.ok()) {
      set = OfCall(
          credo_beliefs_on_tap_end(beliefs, &credo::c::LetGo, &inner), inner);
    }
    if (!set.ok()) {
      learner->learner->Detach(experience.get());
      const std::lock_guard lock(learner->mutex);
      std::erase_if(learner->attachments,
                    [&](const auto& it) { return it.get() == user; });
    }
    return set;
  });
}

credo_status credo_learner_detach(credo_learner* learner,
                                  credo_beliefs* beliefs, credo_error* error) {
  return CrossLearner(learner, error, [&]() -> Status {
    if (learner->Find(beliefs) == nullptr) {
      return NotFound(
          "beliefs: expected some that are attached, found others");
    }
    credo_error inner = CREDO_INIT(credo_error);
    return OfCall(credo_beliefs_set_tap(beliefs, nullptr, nullptr, &inner),
                  inner);
  });
}

credo_status credo_learner_observe(credo_learner* learner,
                                   credo_beliefs* beliefs, int32_t row,
                                   const char* name, const void* data,
                                   size_t bytes, credo_error* error) {
  return CrossLearner(learner, error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(name, "name"));
    CREDO_RETURN_IF_ERROR(RequireNotNull(data, "data"));
    Attachment* const attachment = learner->Find(beliefs);
    if (attachment == nullptr) {
      return NotFound(
          "beliefs: expected some that are attached, found others");
    }
    return attachment->experience->Tell(
        row, name, {static_cast<const std::byte*>(data), bytes});
  });
}

credo_status credo_learner_start(credo_learner* learner,
                                 const credo_learner_thread* thread,
                                 credo_error* error) {
  return CrossLearner(learner, error, [&]() -> Status {
    credo::HostThread how;
    if (thread != nullptr) {
      credo_learner_thread given;
      CREDO_RETURN_IF_ERROR(ReadStruct(thread, sizeof(credo_learner_thread),
                                       "thread", given));
      how.nice = given.nice;
      if (given.threads != 0) how.threads = given.threads;
      if (given.publish_every != 0) how.publish_every = given.publish_every;
    }
    return learner->learner->Start(how);
  });
}

credo_status credo_learner_stop(credo_learner* learner, credo_error* error) {
  return CrossLearner(learner, error,
                      [&] { return learner->learner->Stop(); });
}

credo_status credo_learner_save(credo_learner* learner, double seconds,
                                credo_error* error) {
  return CrossLearner(learner, error,
                      [&] { return learner->learner->Save(seconds); });
}

credo_status credo_learner_get_status(const credo_learner* learner,
                                      credo_learner_status* status,
                                      credo_error* error) {
  return Cross(error, [&]() -> Status {
    CREDO_RETURN_IF_ERROR(RequireNotNull(learner, "learner"));
    const credo::HostStatus now = learner->learner->status();
    credo_learner_status made = {};
    made.state = static_cast<int32_t>(now.state);
    made.updates = now.updates;
    made.frames = now.frames;
    made.publishes = now.publishes;
    made.saves = now.saves;
    made.skipped_updates = now.skipped_updates;
    made.records = static_cast<int64_t>(now.experience.records);
    made.lost = static_cast<int64_t>(now.experience.lost);
    made.skipped = static_cast<int64_t>(now.experience.skipped);
    made.episodes = static_cast<int64_t>(now.experience.episodes);
    made.return_sum = now.experience.return_sum;
    made.length_sum = static_cast<double>(now.experience.length_sum);
    made.frames_per_second = now.frames_per_second;
    made.seconds_learning = now.seconds_learning;
    made.seconds_in_update = now.seconds_in_update;
    now.message.copy(made.message, sizeof(made.message) - 1);
    return credo::c::WriteStruct(made, sizeof(made), "status", status);
  });
}
