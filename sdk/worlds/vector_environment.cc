#include "sdk/worlds/vector_environment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <utility>

#include <absl/strings/str_cat.h>
#include "sdk/base/number_text.h"
#include "sdk/base/spec_json.h"
#include "sdk/worlds/byte_stream.h"
#include "sdk/worlds/record_buffer.h"

namespace credo {
namespace {

// Format 1 had the actions of every world.
constexpr uint32_t kStateFormat = 2;

}  // namespace

Result<std::unique_ptr<Environment>> MakeEnvironment(
    const EnvironmentFactory& factory) {
  try {
    Result<std::unique_ptr<Environment>> world = factory();
    if (world.ok() && *world == nullptr) {
      return Internal("expected a world from its factory, found none");
    }
    return world;
  } catch (const std::exception& error) {
    return Internal(absl::StrCat("the world's factory threw: ", error.what()));
  } catch (...) {
    return Internal("the world's factory threw what is no std::exception");
  }
}

Result<std::unique_ptr<VectorEnvironment>> VectorEnvironment::Make(
    const EnvironmentFactory& factory, uint64_t seed, int64_t first,
    int64_t count) {
  if (first < 0 || count < 1) {
    throw std::invalid_argument(absl::StrCat(
        "VectorEnvironment: expected first >= 0 and count >= 1, found ", first,
        " and ", count));
  }
  std::vector<Slot> slots(count);
  for (int64_t i = 0; i < count; ++i) {
    Result<std::unique_ptr<Environment>> world = MakeEnvironment(factory);
    if (!world.ok()) return world.status();
    const EnvironmentSpec& spec = (*world)->spec();
    CREDO_RETURN_IF_ERROR(CheckSpec(spec).At("world '" + spec.name + "'"));
    slots[i].world = *std::move(world);
    const EnvironmentSpec& expected = slots[0].world->spec();
    CREDO_RETURN_IF_ERROR(
        CompareSpecs(expected, slots[i].world->spec())
            .At(absl::StrCat("world '", expected.name, "', character ",
                             first + i,
                             ": expected the spec of the other worlds")));
  }
  return std::unique_ptr<VectorEnvironment>(
      new VectorEnvironment(std::move(slots), seed, first));
}

VectorEnvironment::VectorEnvironment(std::vector<Slot> slots, uint64_t seed,
                                     int64_t first)
    : seed_(seed),
      first_(first),
      worlds_stream_(seed, "world"),
      scripted_stream_(seed, "scripted"),
      slots_(std::move(slots)),
      spec_(slots_[0].world->spec()),
      distribution_(spec_.action),
      writer_(spec_),
      world_action_(distribution_.words()) {
  for (size_t f = 0; f < spec_.action.fields.size(); ++f) {
    const ActionField& field = spec_.action.fields[f];
    for (int64_t i = 0; i < field.words(); ++i) {
      choices_.push_back(field.kind == ActionField::Kind::kDiscrete
                             ? field.choices[i]
                             : 0);
      field_of_word_.push_back(static_cast<int64_t>(f));
    }
  }
}

uint64_t VectorEnvironment::EpisodeSeed(int64_t i) const {
  return worlds_stream_.SeedAt(static_cast<uint32_t>(first_ + i),
                               static_cast<uint64_t>(slots_[i].episode));
}

std::string VectorEnvironment::Where(int64_t i) const {
  const Slot& slot = slots_[i];
  return absl::StrCat("world '", spec_.name, "', character ", first_ + i,
                      ", episode ", slot.episode, " (seed ", EpisodeSeed(i),
                      "), step ", slot.step);
}

// ActionDistribution::Check without its message, which costs memory.
bool VectorEnvironment::IsLegal(std::span<const float> action) const {
  bool legal = true;
  for (size_t w = 0; w < choices_.size(); ++w) {
    if (choices_[w] == 0) continue;
    const float word = action[w];
    legal &= word >= 0 && word < static_cast<float>(choices_[w]) &&
             word == std::trunc(word);
  }
  return legal;
}

Status VectorEnvironment::Write(int64_t i, std::span<const float> action,
                                const RecordRows& out, int64_t row) {
  Slot& slot = slots_[i];
  const bool first = slot.ended;
  writer_.Open(out, row, first);
  if (first) {
    if (slot.episode == slot.marked_episode && slot.left_actions.empty()) {
      slot.left_actions.assign(
          slot.actions.begin(),
          slot.actions.begin() + static_cast<ptrdiff_t>(slot.marked_actions));
    }
    ++slot.episode;
    slot.step = 0;
    slot.actions.clear();
  } else {
    ++slot.step;
    if (!slot.resumes.value_or(false)) {
      slot.actions.insert(slot.actions.end(), action.begin(), action.end());
    }
  }
  try {
    if (first) {
      slot.world->Reset(EpisodeSeed(i), writer_);
    } else {
      slot.world->Step(action, writer_);
    }
  } catch (const std::exception& error) {
    return Internal(absl::StrCat(Where(i), ": expected a record, but the world "
                                           "threw: ", error.what()));
  } catch (...) {
    return Internal(Where(i) + ": expected a record, but the world threw what "
                               "is no std::exception");
  }
  Status status = writer_.Close();
  if (!status.ok()) return status.At(Where(i));
  slot.ended = IsLast(writer_.kind());
  if (!slot.resumes) slot.resumes = slot.world->Progress().has_value();
  return status;
}

Status VectorEnvironment::Step(std::span<const float> actions,
                               const RecordRows& out) {
  const int64_t words = distribution_.words();
  if (static_cast<int64_t>(actions.size()) != size() * words ||
      out.observations.size() != spec_.observations.size() ||
      out.reward == nullptr || out.kind == nullptr ||
      (spec_.action.has_mask && out.mask == nullptr)) {
    throw std::invalid_argument(absl::StrCat(
        "VectorEnvironment::Step: expected ", size() * words,
        " action words and rows for ", spec_.observations.size(),
        " observations, reward, kind", spec_.action.has_mask ? ", mask" : "",
        "; found ", actions.size(), " and ", out.observations.size()));
  }
  if (!failure_.ok()) return failure_;
  // Before any world moves, so that a bad action leaves no half of a step.
  for (int64_t i = 0; i < size(); ++i) {
    const std::span<const float> action = actions.subspan(i * words, words);
    if (slots_[i].ended || IsLegal(action)) continue;
    throw std::invalid_argument(absl::StrCat(
        Where(i), ": ", distribution_.Check(action).message()));
  }
  for (int64_t i = 0; i < size(); ++i) {
    if (!slots_[i].ended) {
      distribution_.ToWorld(actions.subspan(i * words, words), world_action_);
    }
    failure_ = Write(i, world_action_, out, i);
    if (!failure_.ok()) return failure_;
  }
  frames_ += size();
  return OkStatus();
}

void VectorEnvironment::ScriptedActions(std::span<float> actions) const {
  const int64_t words = distribution_.words();
  if (static_cast<int64_t>(actions.size()) != size() * words) {
    throw std::invalid_argument(absl::StrCat(
        "VectorEnvironment::ScriptedActions: expected ", size() * words,
        " words, found ", actions.size()));
  }
  if (frames_ == 0) {
    throw std::logic_error("VectorEnvironment::ScriptedActions before Step");
  }
  const uint64_t frame = static_cast<uint64_t>(frames_ / size()) - 1;
  for (int64_t i = 0; i < size(); ++i) {
    const std::span<float> action = actions.subspan(i * words, words);
    if (slots_[i].ended) {
      std::fill(action.begin(), action.end(), 0.0f);
      continue;
    }
    Draws draws =
        scripted_stream_.At(static_cast<uint32_t>(first_ + i), frame);
    try {
      slots_[i].world->ScriptedAction(draws, action);
    } catch (const std::exception& error) {
      throw std::runtime_error(absl::StrCat(
          Where(i), ": the scripted policy threw: ", error.what()));
    } catch (...) {
      throw std::runtime_error(
          Where(i) + ": the scripted policy threw what is no std::exception");
    }
    for (int64_t w = 0; w < words; ++w) {
      if (choices_[w] != 0) continue;
      const ActionField& field = spec_.action.fields[field_of_word_[w]];
      const double share = (action[w] - field.low) / (field.high - field.low);
      action[w] = static_cast<float>(2 * share - 1);
    }
    const bool finite =
        std::all_of(action.begin(), action.end(),
                    [](float word) { return std::isfinite(word); });
    if (finite && IsLegal(action)) continue;
    throw std::runtime_error(
        absl::StrCat(Where(i), ": the scripted policy gave an illegal action: ",
                     distribution_.Check(action).message()));
  }
}

void VectorEnvironment::Mark() {
  marked_frames_ = frames_;
  for (Slot& slot : slots_) {
    slot.marked_episode = slot.episode;
    slot.marked_ended = slot.ended;
    slot.marked_actions = slot.actions.size();
    slot.left_actions.clear();
    if (slot.resumes.value_or(false)) {
      slot.marked_progress = slot.world->Progress();
    }
  }
}

std::string VectorEnvironment::Save(bool marked) const {
  ByteWriter out;
  out.Put(kStateFormat);
  out.Put(seed_);
  out.Put(first_);
  out.Put(size());
  out.Put(distribution_.words());
  out.Put(marked ? marked_frames_ : frames_);
  for (const Slot& slot : slots_) {
    const int64_t episode = marked ? slot.marked_episode : slot.episode;
    out.Put(episode);
    out.Put(static_cast<int64_t>(marked ? slot.marked_ended : slot.ended));
    const bool resumes = slot.resumes.value_or(false) && episode >= 0;
    out.Put(static_cast<int64_t>(resumes));
    if (resumes) {
      out.PutText(*(marked ? slot.marked_progress : slot.world->Progress()));
    } else if (marked && slot.marked_episode != slot.episode) {
      out.PutFloats(slot.left_actions);
    } else {
      out.PutFloats(std::span(slot.actions)
                        .first(marked ? slot.marked_actions
                                      : slot.actions.size()));
    }
  }
  return std::move(out).Take();
}

Status VectorEnvironment::Restore(const std::string& state) {
  if (frames_ != 0) {
    throw std::logic_error(
        "VectorEnvironment::Restore: expected new worlds, found stepped ones");
  }
  failure_ = RestoreSlots(state);
  return failure_;
}

Status VectorEnvironment::RestoreSlots(const std::string& state) {
  const Status damaged =
      DataLoss("state of the worlds: expected the whole of it, found it cut or "
               "damaged");
  ByteReader in(state);
  uint32_t format = 0;
  uint64_t seed = 0;
  int64_t first = 0, count = 0, words = 0, frames = 0;
  if (!in.Get(format)) return damaged;
  if (format != kStateFormat && format != 1) {
    return InvalidArgument(absl::StrCat("state of the worlds: expected format ",
                                        kStateFormat, ", found ", format));
  }
  if (!in.Get(seed) || !in.Get(first) || !in.Get(count) || !in.Get(words) ||
      !in.Get(frames)) {
    return damaged;
  }
  if (seed != seed_ || first != first_ || count != size() ||
      words != distribution_.words()) {
    return FailedPrecondition(absl::StrCat(
        "state of the worlds: expected seed ", seed_, ", characters from ",
        first_, " on, ", size(), " of them with ", distribution_.words(),
        " action words, found ", seed, ", ", first, ", ", count, " and ",
        words));
  }
  if (frames < 0 || frames % count != 0) return damaged;
  const RecordBuffer record(spec_, 1);
  for (int64_t i = 0; i < size(); ++i) {
    int64_t episode = 0, ended = 0, resumes = 0;
    std::vector<float> actions;
    std::string progress;
    if (!in.Get(episode) || !in.Get(ended) ||
        (format > 1 && !in.Get(resumes)) ||
        !(resumes != 0 ? in.GetText(progress) : in.GetFloats(actions)) ||
        actions.size() % words != 0 || episode < -1 ||
        ((ended | resumes | 1) != 1) || (episode == -1) != (frames == 0)) {
      return damaged;
    }
    if (episode == -1) continue;
    slots_[i].episode = episode - 1;
    if (resumes != 0) {
      CREDO_RETURN_IF_ERROR(ResumeSlot(i, progress, record.rows()));
      slots_[i].ended = ended != 0;
      continue;
    }
    CREDO_RETURN_IF_ERROR(Replay(i, actions, record.rows()));
    if (slots_[i].ended != (ended != 0)) {
      return Internal(Where(i) +
                      ": expected the world to repeat its episode from its "
                      "seed and actions, found that its end differs");
    }
  }
  if (!in.AtEnd()) return damaged;
  frames_ = frames;
  return OkStatus();
}

Status VectorEnvironment::ResumeSlot(int64_t i, const std::string& progress,
                                     const RecordRows& out) {
  CREDO_RETURN_IF_ERROR(Write(i, {}, out, 0));
  try {
    slots_[i].world->Resume(progress);
  } catch (const std::invalid_argument& error) {
    return DataLoss(absl::StrCat(Where(i), ": ", error.what()));
  } catch (const std::exception& error) {
    return Internal(absl::StrCat(Where(i), ": ", error.what()));
  }
  return OkStatus();
}

Status VectorEnvironment::Replay(int64_t i, std::span<const float> actions,
                                 const RecordRows& out) {
  const size_t words = distribution_.words();
  CREDO_RETURN_IF_ERROR(Write(i, {}, out, 0));
  for (size_t at = 0; at < actions.size(); at += words) {
    if (slots_[i].ended) {
      return Internal(absl::StrCat(
          Where(i), ": expected the world to repeat its episode from its seed "
                    "and actions, found that it ends before step ",
          actions.size() / words));
    }
    CREDO_RETURN_IF_ERROR(Write(i, actions.subspan(at, words), out, 0));
  }
  return OkStatus();
}

}  // namespace credo
