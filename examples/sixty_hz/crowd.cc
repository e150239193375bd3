#include "examples/sixty_hz/crowd.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <utility>

namespace sixty_hz {
namespace {

credo_observation_info Tiles(const char* name, std::vector<int32_t> shape,
                             int classes) {
  credo_observation_info info = CREDO_INIT(credo_observation_info);
  info.kind = CREDO_TILES;
  info.name = name;
  info.rank = static_cast<int32_t>(shape.size());
  for (size_t i = 0; i < shape.size(); ++i) info.shape[i] = shape[i];
  info.high = classes - 1;
  return info;
}

// What the rooms show and take, beside what the agent learned with.
credo::Status CheckWorld(const credo::Agent& agent) {
  const credo_observation_info view =
      Tiles("view", {kViewSide, kViewSide}, kViewClasses);
  credo_action_info move = CREDO_INIT(credo_action_info);
  move.name = "move";
  move.words = 1;
  move.choices = kMoves;
  return agent.CheckSpec({&view, 1}, {&move, 1});
}

// Whether the probe reads what `here` is in these rooms.
bool Fits(const credo_observation_info& probe,
          const credo_observation_info& here, int64_t numbers) {
  return probe.kind == here.kind && probe.rank == here.rank &&
         std::equal(here.shape, here.shape + here.rank, probe.shape) &&
         probe.high == here.high && probe.numbers == numbers;
}

// Looks for a probe of `here`. One of this name that fits no room of ours says
// that the agent learned in rooms of another size.
credo::Status FindProbe(const credo::Agent& agent,
                        const credo_observation_info& here, int64_t numbers,
                        bool& found) {
  const int32_t probes = agent.info().probes;
  for (int32_t i = 0; i < probes; ++i) {
    credo::Result<credo_observation_info> probe = agent.Probe(i);
    if (!probe.ok()) return probe.status();
    if (std::string_view(probe.value().name) != here.name) continue;
    found = Fits(probe.value(), here, numbers);
    if (found) continue;
    credo::Status status;
    credo_error& error = *status.error();
    error.status = CREDO_INVALID_ARGUMENT;
    std::snprintf(error.message, sizeof error.message,
                  "probe '%s': expected that of a room of %dx%d cells",
                  here.name, kRoomSide, kRoomSide);
    return status;
  }
  return {};
}

// The runtime tells each character once when decisions are not as far apart as
// in training. Here it does not matter, for rooms know no time; one line is
// enough to know of it.
void LogOnce(void* user, const char* message) {
  bool& told = *static_cast<bool*>(user);
  if (!std::exchange(told, true)) {
    std::fprintf(stderr, "sixty_hz: remark: %s\n", message);
  }
}

}  // namespace

credo::Result<Crowd> Crowd::Make(const std::string& model, int characters,
                                 uint64_t seed) {
  static bool told = false;  // what the log is given outlives the agent
  credo_host host = CREDO_INIT(credo_host);
  host.log = LogOnce;
  host.log_user = &told;
  credo::Result<credo::Agent> agent = credo::Agent::Load(model.c_str(), &host);
  if (!agent.ok()) return agent.status();
  const credo::Status fits = CheckWorld(agent.value());
  if (!fits.ok()) return fits;
  credo::Result<credo::Beliefs> beliefs =
      agent.value().NewBeliefs(characters, seed);
  if (!beliefs.ok()) return beliefs.status();
  Crowd crowd(std::move(agent).value(), std::move(beliefs).value(), characters,
              seed);
  const credo::Status found = crowd.FindProbes();
  if (!found.ok()) return found;
  return crowd;
}

Crowd::Crowd(credo::Agent agent, credo::Beliefs beliefs, int characters,
             uint64_t seed)
    : agent_(std::move(agent)), beliefs_(std::move(beliefs)) {
  for (int row = 0; row < characters; ++row) {
    // Far apart: no two rooms draw the same numbers.
    characters_.push_back(
        {Room(seed * 0xd1342543de82ef95 +
              static_cast<uint64_t>(row) * 0xaf251af3b0f025b5)});
  }
  due_.reserve(characters_.size());
}

credo::Status Crowd::FindProbes() {
  const credo::Status status =
      FindProbe(agent_, Tiles("map", {kRoomSide, kRoomSide}, kMapClasses),
                kCells * kMapClasses, has_map_);
  if (!status.ok()) return status;
  return FindProbe(agent_, Tiles("pose.cell", {1}, kCells), kCells, has_cell_);
}

credo::Status Crowd::Tick() {
  // A character decides every kTicksPerMove ticks. They take turns: in each
  // tick the next sixth of them. All of them in every sixth tick would cost
  // about the same on average, but as one frame that takes six times as long,
  // which players see, and five that take nothing. Each turn is one call, so
  // that its rows share the weights in the processor's cache.
  due_.clear();
  for (int row = static_cast<int>(ticks_ % kTicksPerMove); row < size();
       row += kTicksPerMove) {
    due_.push_back(row);
    Arrive(characters_[row]);
  }
  const auto start = std::chrono::steady_clock::now();
  const credo::Status status = Decide();
  const auto end = std::chrono::steady_clock::now();
  if (!status.ok()) return status;
  decided_ = static_cast<int>(due_.size());
  microseconds_ = std::chrono::duration<float, std::micro>(end - start).count();
  for (const int32_t row : due_) Leave(characters_[row]);
  for (Character& character : characters_) character.room.Tick();
  ++ticks_;
  return status;
}

// What happened on the way, and what is seen now.
void Crowd::Arrive(Character& it) {
  if (it.ended) it.room.Open();
  if (it.ended || it.decisions == 0) {
    it.ended = false;
    it.reward = 0;
    it.sum = 0;
  } else {
    it.reward = it.room.Arrive();
    it.sum += it.reward;
    it.ended = it.room.over();
  }
  it.view = it.room.Sight();
}

// All calls of the runtime in a tick.
credo::Status Crowd::Decide() {
  if (due_.empty()) return {};
  for (const int32_t row : due_) {
    const Character& it = characters_[row];
    credo::Status status = beliefs_.Observe("view", row, it.view);
    if (status.ok()) status = beliefs_.Reward(row, it.reward);
    // The room ends because time is up, not because of what was done in it:
    // what it would have been worth still counts.
    if (status.ok() && it.ended) status = beliefs_.End(row, credo::kTruncated);
    if (!status.ok()) return status;
  }
  // The time since the last decision of these rows, not the 1/60 s of a tick.
  credo::Status status = agent_.Step(beliefs_, due_, kSecondsPerDecision);
  for (const int32_t row : due_) {
    if (!status.ok()) return status;
    float move = 0;
    status = beliefs_.Action("move", row, {&move, 1});
    characters_[row].move = static_cast<int>(move);
  }
  return status;
}

void Crowd::Leave(Character& it) {
  ++it.decisions;
  if (!it.ended) {
    it.room.Leave(it.move);
    return;
  }
  // The action of a last record is void. The character stands until its next
  // turn, when another room opens.
  ++episodes_;
  returns_ += it.sum;
}

credo::Result<Mind> Crowd::ReadMind(int row) const {
  Mind mind;
  if (decisions(row) == 0) return mind;
  credo::Result<float> value = beliefs_.Value(row);
  if (!value.ok()) return value.status();
  mind.value = value.value();
  credo::Status status;
  if (has_map_) {
    mind.map.resize(kCells * kMapClasses);
    status = beliefs_.Probe("map", row, mind.map);
  }
  if (status.ok() && has_cell_) {
    mind.cell.resize(kCells);
    status = beliefs_.Probe("pose.cell", row, mind.cell);
  }
  if (!status.ok()) return status;
  return mind;
}

}  // namespace sixty_hz
