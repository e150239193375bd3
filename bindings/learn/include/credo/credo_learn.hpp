// The C++ face of credo_learn.h. Header-only, C++20; works with exceptions and
// RTTI off.
//
//   credo::World world("village");
//   world.Sees(credo::Picture("view", 12, 16, 3));
//   world.Does(credo::Choice("move", 4));
//   auto learner = credo::Learner::Open("a.yaml", "runs/a", world).value();
//   auto agent = learner.NewAgent().value();
//   auto beliefs = agent.NewBeliefs(32, /*seed=*/7).value();
//   learner.Attach(agent, beliefs).Check();
//   learner.Start({.nice = 19}).Check();
//   ... the loop of a game that plays ...
//
// What credo_learn.h says of threads, time and failures holds here.
#ifndef CREDO_CREDO_LEARN_HPP_
#define CREDO_CREDO_LEARN_HPP_

#include <credo/credo.hpp>
#include <credo/credo_learn.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

namespace credo_face {

// Refers to `world`.
inline credo_world WorldOf(const World& world) {
  credo_world made = CREDO_INIT(credo_world);
  made.mask = world.masks() ? 1 : 0;
  made.name = world.name();
  made.seconds_per_step = world.seconds_per_step();
  made.observations = world.observations().data();
  made.observation_count = static_cast<int32_t>(world.observations().size());
  made.privileged = world.privileged().data();
  made.privileged_count = static_cast<int32_t>(world.privileged().size());
  made.actions = world.actions().data();
  made.action_count = static_cast<int32_t>(world.actions().size());
  return made;
}

// How the learner's thread runs: credo_learner_thread.
struct LearnerThread {
  int threads = 1;
  int nice = 0;           // 0 to 19; 19 gives way to everything else
  int publish_every = 1;  // updates
};

// A learner and its thread. Move-only. Ends before the beliefs that it learns
// from are stepped by another thread, or after they have ended.
class Learner {
 public:
  // `config` as `credo train` reads it, with world: {kind: host}; `run` is the
  // folder of the run, gone on with when it holds one. `settings`:
  // "learner.frames=1000000".
  static Result<Learner> Open(
      const char* config, const char* run, const World& world,
      std::initializer_list<const char*> settings = {}) {
    Status status;
    credo_learner_options options = CREDO_INIT(credo_learner_options);
    options.config = config;
    options.run = run;
    options.settings = settings.begin();
    options.setting_count = static_cast<int32_t>(settings.size());
    const credo_world shown = WorldOf(world);
    credo_learner* handle = nullptr;
    credo_learner_open(&options, &shown, &handle, status.error());
    if (!status.ok()) return status;
    return Learner(handle);
  }
  Learner(Learner&&) = default;
  Learner& operator=(Learner&&) = default;

  credo_learner* get() const { return handle_.get(); }

  // With the learner's weights.
  Result<Agent> NewAgent(const credo_host* host = nullptr) {
    Status status;
    credo_agent* handle = nullptr;
    credo_learner_agent(get(), host, &handle, status.error());
    if (!status.ok()) return status;
    return Agent(handle);
  }

  Status Attach(Agent& agent, Beliefs& beliefs) {
    Status status;
    credo_learner_attach(get(), agent.get(), beliefs.get(), status.error());
    return status;
  }
  Status Detach(Beliefs& beliefs) {
    Status status;
    credo_learner_detach(get(), beliefs.get(), status.error());
    return status;
  }

  // Something privileged of the row's next record.
  template <typename Container>
  Status Observe(const char* name, Beliefs& beliefs, int32_t row,
                 const Container& data) {
    const std::span span(data);
    Status status;
    credo_learner_observe(get(), beliefs.get(), row, name, span.data(),
                          span.size_bytes(), status.error());
    return status;
  }

  Status Start(const LearnerThread& how = {}) {
    credo_learner_thread thread = CREDO_INIT(credo_learner_thread);
    thread.threads = how.threads;
    thread.nice = how.nice;
    thread.publish_every = how.publish_every;
    Status status;
    credo_learner_start(get(), &thread, status.error());
    return status;
  }
  // Within a second.
  Status Stop() {
    Status status;
    credo_learner_stop(get(), status.error());
    return status;
  }
  // Waits at most `seconds`.
  Status Save(double seconds = 0) {
    Status status;
    credo_learner_save(get(), seconds, status.error());
    return status;
  }

  // By any thread.
  credo_learner_status status() const {
    credo_learner_status status = CREDO_INIT(credo_learner_status);
    credo_learner_get_status(get(), &status, nullptr);
    return status;
  }

 private:
  struct End {
    void operator()(credo_learner* it) const {
      credo_learner_destroy(it, nullptr);
    }
  };
  explicit Learner(credo_learner* handle) : handle_(handle) {}

  std::unique_ptr<credo_learner, End> handle_;
};

}  // namespace credo_face

#endif  // CREDO_CREDO_LEARN_HPP_
