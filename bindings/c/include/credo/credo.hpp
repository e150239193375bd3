// The C++ face of credo.h: the same calls with lifetimes, spans and Result.
//
// Header-only, C++20, works with exceptions and RTTI off. What credo.h says of
// rows, buffers, memory, threads and time holds here. A failed call leaves
// everything as it was; its Status says why.
//
//   auto agent = credo::Agent::Load("villager.safetensors").value();
//   auto beliefs = agent.NewBeliefs(32, /*seed=*/7).value();
//   for (int i = 0; i < 32; ++i) beliefs.Observe("view", i, view[i]).Check();
//   agent.Step(beliefs, /*seconds=*/1.0).Check();  // since the last decision
//   int move = beliefs.Action("move", 0).value();
#ifndef CREDO_CREDO_HPP_
#define CREDO_CREDO_HPP_

#include <credo/credo.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

// What is here is named credo::Agent and so on. In a program that includes the
// trainer too those are the trainer's, which has names of its own for such
// things; what is here is then credo_face::Agent. A namespace beside credo and
// not within it: only so neither hides the other nor is ambiguous.
namespace credo_face {

// Whether a call succeeded, and if not, why.
class [[nodiscard]] Status {
 public:
  Status() { error_.size = sizeof(error_); }
  bool ok() const { return error_.status == CREDO_OK; }
  credo_status code() const { return static_cast<credo_status>(error_.status); }
  const char* message() const { return error_.message; }
  // Prints the message and ends the program unless ok: for programs that have
  // no better answer.
  void Check() const {
    if (ok()) return;
    std::fprintf(stderr, "credo: %s: %s\n", credo_status_name(code()),
                 message());
    std::abort();
  }

  // For the calls of credo.h.
  credo_error* error() { return &error_; }

 private:
  credo_error error_ = {};
};

// A T, or the Status that tells why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit
  // Of a call that failed.
  Result(Status status) : status_(status) {}     // NOLINT: implicit
  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  // The value; ends the program as Status::Check when there is none.
  T& value() & {
    Check();
    return *value_;
  }
  T value() && {
    Check();
    return *std::move(value_);
  }
  T value_or(T other) && { return value_ ? *std::move(value_) : other; }

 private:
  void Check() const {
    if (value_) return;
    status_.Check();
    std::abort();
  }

  Status status_;
  std::optional<T> value_;
};

// Something that the game shows: to the agent, or to probes alone. `name`
// outlives the description.
inline credo_observation_info Picture(const char* name, int height, int width,
                                      int channels) {
  credo_observation_info info = CREDO_INIT(credo_observation_info);
  info.kind = CREDO_PICTURE;
  info.name = name;
  info.rank = 3;
  info.shape[0] = height;
  info.shape[1] = width;
  info.shape[2] = channels;
  info.high = 255;
  return info;
}

inline credo_observation_info Shaped(credo_kind kind, const char* name,
                                     std::initializer_list<int> shape,
                                     double low, double high) {
  credo_observation_info info = CREDO_INIT(credo_observation_info);
  info.kind = kind;
  info.name = name;
  for (const int size : shape) {
    // More sizes than there may be are refused when the world is told.
    if (info.rank < 8) info.shape[info.rank] = size;
    ++info.rank;
  }
  info.low = low;
  info.high = high;
  return info;
}

// u8 of any shape, 0 to categories - 1.
inline credo_observation_info Tiles(const char* name,
                                    std::initializer_list<int> shape,
                                    int categories) {
  return Shaped(CREDO_TILES, name, shape, 0, categories - 1);
}

// f32 of any shape, within [low, high].
inline credo_observation_info Vector(
    const char* name, std::initializer_list<int> shape,
    double low = -std::numeric_limits<double>::infinity(),
    double high = std::numeric_limits<double>::infinity()) {
  return Shaped(CREDO_VECTOR, name, shape, low, high);
}

// Something that a character does: one of `choices`, or numbers.
inline credo_action_info Choice(const char* name, int choices) {
  credo_action_info info = CREDO_INIT(credo_action_info);
  info.name = name;
  info.words = 1;
  info.choices = choices;
  return info;
}
inline credo_action_info Numbers(const char* name, int dimensions, double low,
                                 double high) {
  credo_action_info info = CREDO_INIT(credo_action_info);
  info.continuous = 1;
  info.name = name;
  info.words = dimensions;
  info.low = low;
  info.high = high;
  return info;
}

// What the game shows and takes. Names outlive it.
class World {
 public:
  explicit World(const char* name, double seconds_per_step = 1.0)
      : name_(name), seconds_per_step_(seconds_per_step) {}

  // The agent sees it.
  World& Sees(const credo_observation_info& observation) {
    observations_.push_back(observation);
    return *this;
  }
  // Probes learn to read it off beliefs; the agent never sees it.
  World& Knows(const credo_observation_info& observation) {
    privileged_.push_back(observation);
    return *this;
  }
  World& Does(const credo_action_info& action) {
    actions_.push_back(action);
    return *this;
  }
  // Each record tells which choices are legal.
  World& Masks() {
    masks_ = true;
    return *this;
  }

  const char* name() const { return name_; }
  double seconds_per_step() const { return seconds_per_step_; }
  bool masks() const { return masks_; }
  std::span<const credo_observation_info> observations() const {
    return observations_;
  }
  std::span<const credo_observation_info> privileged() const {
    return privileged_;
  }
  std::span<const credo_action_info> actions() const { return actions_; }

 private:
  const char* name_;
  double seconds_per_step_;
  bool masks_ = false;
  std::vector<credo_observation_info> observations_;
  std::vector<credo_observation_info> privileged_;
  std::vector<credo_action_info> actions_;
};

enum class End : int32_t {
  kTerminal = CREDO_TERMINAL,
  kTruncated = CREDO_TRUNCATED,
};
inline constexpr End kTerminal = End::kTerminal;
inline constexpr End kTruncated = End::kTruncated;

enum class Source : int32_t {
  kSampled = CREDO_SAMPLED,
  kGreedy = CREDO_GREEDY,
  kExternal = CREDO_EXTERNAL,
};

enum class ImagineMode : int32_t {
  kMean = CREDO_IMAGINE_MEAN,
  kSample = CREDO_IMAGINE_SAMPLE,
  kDeviation = CREDO_IMAGINE_DEVIATION,
};

// How it is imagined: credo_imagine_options.
struct Imagining {
  const char* task = nullptr;  // null: the first task that imagines
  ImagineMode mode = ImagineMode::kMean;
  uint64_t seed = 0;
  int32_t samples = 16;  // that a deviation is of
};

// The belief states of some characters. Move-only; keeps its agent's weights.
class Beliefs {
 public:
  ~Beliefs() { credo_beliefs_destroy(handle_, nullptr); }
  Beliefs(Beliefs&& other) noexcept
      : agent_(std::move(other.agent_)),
        handle_(std::exchange(other.handle_, nullptr)),
        rows_(std::move(other.rows_)) {}
  Beliefs& operator=(Beliefs&& other) noexcept {
    std::swap(agent_, other.agent_);
    std::swap(handle_, other.handle_);
    std::swap(rows_, other.rows_);
    return *this;
  }

  credo_beliefs* get() const { return handle_; }
  // All rows in order.
  std::span<const int32_t> rows() const { return rows_; }

  // --- Before a step ---

  template <typename T, size_t N>
  Status Observe(const char* name, int32_t row, std::span<T, N> data) {
    Status status;
    credo_beliefs_observe(handle_, row, name, data.data(), data.size_bytes(),
                          status.error());
    return status;
  }
  // Anything that a span can be made of: an array, a vector.
  template <typename Container>
  Status Observe(const char* name, int32_t row, const Container& data) {
    return Observe(name, row, std::span(data));
  }
  Status Mask(int32_t row, std::span<const uint8_t> legal) {
    Status status;
    credo_beliefs_mask(handle_, row, legal.data(), legal.size(),
                       status.error());
    return status;
  }
  Status Reward(int32_t row, float reward) {
    Status status;
    credo_beliefs_reward(handle_, row, reward, status.error());
    return status;
  }
  Status End(int32_t row, credo_face::End end) {
    Status status;
    credo_beliefs_end(handle_, row, static_cast<int32_t>(end), status.error());
    return status;
  }
  Status Reset(int32_t row) {
    Status status;
    credo_beliefs_reset(handle_, row, status.error());
    return status;
  }
  Status SetSource(int32_t row, Source source) {
    Status status;
    credo_beliefs_source(handle_, row, static_cast<int32_t>(source),
                         status.error());
    return status;
  }
  Status Act(int32_t row, const char* field, std::span<const float> values) {
    Status status;
    credo_beliefs_act(handle_, row, field, values.data(), values.size(),
                      status.error());
    return status;
  }

  // --- After a step ---

  // The index of a discrete field of one factor.
  Result<int> Action(const char* field, int32_t row) const {
    float index = 0;
    const Status status = Action(field, row, {&index, 1});
    if (!status.ok()) return status;
    return static_cast<int>(index);
  }
  Status Action(const char* field, int32_t row, std::span<float> values) const {
    Status status;
    credo_beliefs_action(handle_, row, field, values.data(), values.size(),
                         status.error());
    return status;
  }
  Status Probabilities(const char* field, int32_t row,
                       std::span<float> values) const {
    Status status;
    credo_beliefs_probabilities(handle_, row, field, values.data(),
                                values.size(), status.error());
    return status;
  }
  Result<float> Value(int32_t row) const {
    Status status;
    float value = 0;
    credo_beliefs_value(handle_, row, &value, status.error());
    if (!status.ok()) return status;
    return value;
  }
  Status Belief(int32_t row, std::span<float> values) const {
    Status status;
    credo_beliefs_belief(handle_, row, values.data(), values.size(),
                         status.error());
    return status;
  }
  Status Probe(const char* target, int32_t row, std::span<float> values) const {
    Status status;
    credo_beliefs_probe(handle_, row, target, values.data(), values.size(),
                        status.error());
    return status;
  }
  Status Imagine(int32_t row, std::span<const float> actions, int32_t steps,
                 const char* observation, std::span<float> frames,
                 const Imagining& how = {}) const {
    Status status;
    credo_imagine_options options = {};
    options.size = sizeof(options);
    options.mode = static_cast<int32_t>(how.mode);
    options.seed = how.seed;
    options.task = how.task;
    options.samples = how.samples;
    credo_beliefs_imagine(handle_, row, &options, actions.data(),
                          actions.size(), steps, observation, frames.data(),
                          frames.size(), status.error());
    return status;
  }

  // --- Belief states ---

  Status Save(int32_t row, std::span<std::byte> bytes) const {
    Status status;
    credo_beliefs_save(handle_, row, bytes.data(), bytes.size(),
                       status.error());
    return status;
  }
  Status Load(int32_t row, std::span<const std::byte> bytes) {
    Status status;
    credo_beliefs_load(handle_, row, bytes.data(), bytes.size(),
                       status.error());
    return status;
  }
  Status SetTap(credo_tap tap, void* user) {
    Status status;
    credo_beliefs_set_tap(handle_, tap, user, status.error());
    return status;
  }

 private:
  friend class Agent;
  Beliefs(std::shared_ptr<credo_agent> agent, credo_beliefs* handle)
      : agent_(std::move(agent)), handle_(handle) {}

  std::shared_ptr<credo_agent> agent_;
  credo_beliefs* handle_;
  std::vector<int32_t> rows_;
};

// Weights, shared by any number of beliefs, which may outlive this object.
// Move-only.
class Agent {
 public:
  static Result<Agent> Load(const char* path,
                            const credo_host* host = nullptr) {
    Status status;
    credo_agent* handle = nullptr;
    credo_agent_load_file(path, host, &handle, status.error());
    if (!status.ok()) return status;
    return Agent(handle);
  }
  static Result<Agent> Load(std::span<const std::byte> bytes,
                            const credo_host* host = nullptr) {
    Status status;
    credo_agent* handle = nullptr;
    credo_agent_load_memory(bytes.data(), bytes.size(), host, &handle,
                            status.error());
    if (!status.ok()) return status;
    return Agent(handle);
  }
  Agent(Agent&&) = default;
  Agent& operator=(Agent&&) = default;

  // Takes the handle over.
  explicit Agent(credo_agent* handle)
      : handle_(handle,
                [](credo_agent* it) { credo_agent_destroy(it, nullptr); }) {}

  credo_agent* get() const { return handle_.get(); }

  credo_agent_info info() const {
    credo_agent_info info = {};
    info.size = sizeof(info);
    credo_agent_get_info(get(), &info, nullptr);
    return info;
  }
  // What it learned to see and do, what its probes tell, the losses that it
  // learned with and what they imagine, one at a time; info() and Task() say
  // how many there are.
  Result<credo_observation_info> Observation(int32_t index) const {
    return Describe<credo_observation_info>(credo_agent_get_observation, index);
  }
  Result<credo_action_info> Action(int32_t index) const {
    return Describe<credo_action_info>(credo_agent_get_action, index);
  }
  Result<credo_observation_info> Probe(int32_t index) const {
    return Describe<credo_observation_info>(credo_agent_get_probe, index);
  }
  Result<credo_task_info> Task(int32_t index) const {
    return Describe<credo_task_info>(credo_agent_get_task, index);
  }
  Result<credo_observation_info> Imagined(int32_t index,
                                          const char* task = nullptr) const {
    Status status;
    credo_observation_info info = {};
    info.size = sizeof(info);
    credo_agent_get_imagined(get(), task, index, &info, status.error());
    if (!status.ok()) return status;
    return info;
  }
  // Whether the game shows and takes what the agent learned with; else the
  // first field that differs.
  Status CheckSpec(std::span<const credo_observation_info> observations,
                   std::span<const credo_action_info> actions) const {
    Status status;
    credo_agent_check_spec(get(), observations.data(),
                           static_cast<int32_t>(observations.size()),
                           actions.data(), static_cast<int32_t>(actions.size()),
                           status.error());
    return status;
  }

  // The same of all that the agent sees and does.
  Status CheckWorld(const World& world) const {
    return CheckSpec(world.observations(), world.actions());
  }

  Result<Beliefs> NewBeliefs(int32_t count, uint64_t seed) {
    Status status;
    credo_beliefs* handle = nullptr;
    credo_beliefs_create(get(), count, seed, &handle, status.error());
    if (!status.ok()) return status;
    Beliefs beliefs(handle_, handle);
    // Only now, as it may throw: the handle has an owner.
    beliefs.rows_.resize(static_cast<size_t>(count));
    std::iota(beliefs.rows_.begin(), beliefs.rows_.end(), 0);
    return beliefs;
  }

  // One record of every row, or of some.
  Status Step(Beliefs& beliefs, double seconds) {
    return Step(beliefs, beliefs.rows(), seconds);
  }
  Status Step(Beliefs& beliefs, std::span<const int32_t> rows,
              double seconds) {
    Status status;
    credo_step(get(), beliefs.get(), rows.data(), rows.size(), seconds,
               status.error());
    return status;
  }

  Status Publish(const char* path) {
    Status status;
    credo_agent_publish_file(get(), path, status.error());
    return status;
  }
  Status Publish(std::span<const std::byte> bytes) {
    Status status;
    credo_agent_publish_memory(get(), bytes.data(), bytes.size(),
                               status.error());
    return status;
  }

 private:
  template <typename Info>
  Result<Info> Describe(
      credo_status (*call)(const credo_agent*, int32_t, Info*, credo_error*),
      int32_t index) const {
    Status status;
    Info info = {};
    info.size = sizeof(info);
    call(get(), index, &info, status.error());
    if (!status.ok()) return status;
    return info;
  }

  std::shared_ptr<credo_agent> handle_;
};

}  // namespace credo_face

namespace credo {
using namespace ::credo_face;  // NOLINT: that is what it is for
}  // namespace credo

#endif  // CREDO_CREDO_HPP_
