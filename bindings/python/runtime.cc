// credo._runtime: the calls of credo.h on numpy arrays. What users see is
// credo/__init__.py.
#include <credo/credo.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nb = nanobind;

namespace credo_python {
namespace {

using Floats = nb::ndarray<nb::numpy, float>;
using Rows = nb::ndarray<const int32_t, nb::ndim<1>, nb::c_contig>;

// What a failed call becomes: ValueError, KeyError, MemoryError or RuntimeError
// with the message of the library.
class Call {
 public:
  Call() { error_.size = sizeof error_; }
  credo_error* error() { return &error_; }
  void Check(credo_status status) const {
    switch (status) {
      case CREDO_OK: return;
      case CREDO_INVALID_ARGUMENT:
      case CREDO_DATA_LOSS: throw nb::value_error(error_.message);
      case CREDO_NOT_FOUND: throw nb::key_error(error_.message);
      default: throw std::runtime_error(error_.message);
    }
  }

 private:
  credo_error error_ = {};
};

template <typename Function, typename... Arguments>
void Do(Function function, Arguments... arguments) {
  Call call;
  call.Check(function(arguments..., call.error()));
}

template <typename T>
T Info() {
  T info = {};
  info.size = sizeof info;
  return info;
}

// Takes the memory over.
Floats Array(std::unique_ptr<float[]> values,
             const std::vector<size_t>& shape) {
  float* const data = values.release();
  const nb::capsule owner(data, [](void* p) noexcept {
    delete[] static_cast<float*>(p);
  });
  return Floats(data, shape.size(), shape.data(), owner);
}

nb::dict Described(const credo_observation_info& info) {
  constexpr const char* kKinds[] = {"picture", "tiles", "vector"};
  nb::dict made;
  made["name"] = info.name;
  made["kind"] = kKinds[info.kind];
  nb::list shape;
  for (int i = 0; i < info.rank; ++i) shape.append(info.shape[i]);
  made["shape"] = nb::tuple(shape);
  made["low"] = info.low;
  made["high"] = info.high;
  made["bytes"] = info.bytes;
  made["numbers"] = info.numbers;
  return made;
}

class Agent {
 public:
  explicit Agent(const std::string& path) {
    Do(credo_agent_load_file, path.c_str(), nullptr, &handle_);
  }
  explicit Agent(nb::bytes model) {
    Do(credo_agent_load_memory, model.c_str(), model.size(), nullptr,
       &handle_);
  }
  ~Agent() { credo_agent_destroy(handle_, nullptr); }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  credo_agent* get() const { return handle_; }
  credo_agent_info info() const {
    auto info = Info<credo_agent_info>();
    Do(credo_agent_get_info, handle_, &info);
    return info;
  }

  nb::dict Describe() const {
    const credo_agent_info info = this->info();
    nb::dict made;
    made["world"] = info.world;
    made["belief"] = info.belief;
    made["mask"] = info.mask;
    made["seconds_per_step"] = info.seconds_per_step;
    made["kernels"] = info.kernels;
    nb::list observations, actions, probes, tasks;
    for (int32_t i = 0; i < info.observations; ++i) {
      auto it = Info<credo_observation_info>();
      Do(credo_agent_get_observation, handle_, i, &it);
      observations.append(Described(it));
    }
    for (int32_t i = 0; i < info.probes; ++i) {
      auto it = Info<credo_observation_info>();
      Do(credo_agent_get_probe, handle_, i, &it);
      probes.append(Described(it));
    }
    for (int32_t i = 0; i < info.actions; ++i) {
      auto it = Info<credo_action_info>();
      Do(credo_agent_get_action, handle_, i, &it);
      nb::dict field;
      field["name"] = it.name;
      field["continuous"] = it.continuous != 0;
      field["words"] = it.words;
      nb::list factors;
      for (int32_t f = 0; it.factors != nullptr && f < it.words; ++f) {
        factors.append(it.factors[f]);
      }
      field["choices"] = nb::tuple(factors);
      field["low"] = it.low;
      field["high"] = it.high;
      actions.append(field);
    }
    for (int32_t i = 0; i < info.tasks; ++i) {
      auto it = Info<credo_task_info>();
      Do(credo_agent_get_task, handle_, i, &it);
      nb::dict task;
      task["name"] = it.name;
      nb::list imagined;
      for (int32_t o = 0; o < it.imagined; ++o) {
        auto seen = Info<credo_observation_info>();
        Do(credo_agent_get_imagined, handle_, it.name, o, &seen);
        imagined.append(Described(seen));
      }
      task["imagined"] = imagined;
      task["reason"] = it.reason == nullptr ? "" : it.reason;
      tasks.append(task);
    }
    made["observations"] = observations;
    made["actions"] = actions;
    made["probes"] = probes;
    made["tasks"] = tasks;
    return made;
  }

  void PublishFile(const std::string& path) {
    Do(credo_agent_publish_file, handle_, path.c_str());
  }
  void PublishBytes(nb::bytes model) {
    Do(credo_agent_publish_memory, handle_,
       static_cast<const void*>(model.c_str()), model.size());
  }

 private:
  credo_agent* handle_ = nullptr;
};

class Beliefs {
 public:
  Beliefs(const Agent& agent, int32_t count, uint64_t seed)
      : agent_(agent.get()), belief_(agent.info().belief),
        state_(agent.info().state_bytes) {
    Do(credo_beliefs_create, agent_, count, seed, &handle_);
  }
  ~Beliefs() { credo_beliefs_destroy(handle_, nullptr); }
  Beliefs(const Beliefs&) = delete;
  Beliefs& operator=(const Beliefs&) = delete;

  // `data` holds the observation of rows[i] at its i-th row.
  void Observe(Rows rows, int32_t observation,
               nb::ndarray<nb::ro, nb::device::cpu> data) {
    if (data.ndim() < 1 || data.shape(0) != rows.size()) {
      throw nb::value_error("expected one row of data for each row");
    }
    const auto stride = data.ndim() == 0 || data.shape(0) < 2
                            ? static_cast<int64_t>(data.nbytes())
                            : data.stride(0) *
                                  static_cast<int64_t>(data.itemsize());
    Do(credo_beliefs_observe_rows, handle_, rows.data(), rows.size(),
       observation, static_cast<const void*>(data.data()),
       static_cast<size_t>(stride));
  }
  void Reward(Rows rows,
              nb::ndarray<const float, nb::ndim<1>, nb::c_contig> rewards) {
    CheckLength(rows, rewards.size());
    Do(credo_beliefs_reward_rows, handle_, rows.data(), rows.size(),
       rewards.data());
  }
  void End(Rows rows, Rows ends) {
    CheckLength(rows, ends.size());
    Do(credo_beliefs_end_rows, handle_, rows.data(), rows.size(),
       ends.data());
  }
  void Mask(int32_t row,
            nb::ndarray<const uint8_t, nb::ndim<1>, nb::c_contig> legal) {
    Do(credo_beliefs_mask, handle_, row, legal.data(), legal.size());
  }
  void Source(int32_t row, int32_t source) {
    Do(credo_beliefs_source, handle_, row, source);
  }
  void Act(int32_t row, const std::string& field,
           nb::ndarray<const float, nb::ndim<1>, nb::c_contig> values) {
    Do(credo_beliefs_act, handle_, row, field.c_str(), values.data(),
       values.size());
  }
  void Reset(int32_t row) { Do(credo_beliefs_reset, handle_, row); }
  void Step(Rows rows, double seconds) {
    const nb::gil_scoped_release released;
    Do(credo_step, agent_, handle_, rows.data(), rows.size(), seconds);
  }

  Floats Action(Rows rows, int32_t field, size_t words) const {
    return Read(rows, words, [&](float* to, size_t size) {
      Do(credo_beliefs_action_rows, handle_, rows.data(), rows.size(), field,
         to, size);
    });
  }
  Floats Value(Rows rows) const {
    auto values = std::make_unique<float[]>(rows.size());
    Do(credo_beliefs_value_rows, handle_, rows.data(), rows.size(),
       values.get());
    return Array(std::move(values), {rows.size()});
  }
  Floats Belief(Rows rows) const {
    return Read(rows, static_cast<size_t>(belief_),
                [&](float* to, size_t size) {
                  Do(credo_beliefs_belief_rows, handle_, rows.data(),
                     rows.size(), to, size);
                });
  }
  Floats Probe(Rows rows, const std::string& target, size_t numbers) const {
    return Each(rows, numbers, [&](int32_t row, float* to) {
      Do(credo_beliefs_probe, handle_, row, target.c_str(), to, numbers);
    });
  }
  Floats Probabilities(Rows rows, const std::string& field,
                       size_t numbers) const {
    return Each(rows, numbers, [&](int32_t row, float* to) {
      Do(credo_beliefs_probabilities, handle_, row, field.c_str(), to,
         numbers);
    });
  }
  Floats Imagine(int32_t row,
                 nb::ndarray<const float, nb::ndim<2>, nb::c_contig> actions,
                 const std::string& observation, size_t numbers, int32_t mode,
                 uint64_t seed, int32_t samples,
                 const std::optional<std::string>& task) const {
    auto options = Info<credo_imagine_options>();
    options.mode = mode;
    options.seed = seed;
    options.samples = samples;
    options.task = task ? task->c_str() : nullptr;
    const size_t steps = actions.shape(0);
    auto frames = std::make_unique<float[]>((steps + 1) * numbers);
    Do(credo_beliefs_imagine, handle_, row, &options, actions.data(),
       actions.size(), static_cast<int32_t>(steps), observation.c_str(),
       frames.get(), (steps + 1) * numbers);
    return Array(std::move(frames), {steps + 1, numbers});
  }
  nb::bytes Save(int32_t row) const {
    std::string state(static_cast<size_t>(state_), '\0');
    Do(credo_beliefs_save, handle_, row, static_cast<void*>(state.data()),
       state.size());
    return nb::bytes(state.data(), state.size());
  }
  void Load(int32_t row, nb::bytes state) {
    Do(credo_beliefs_load, handle_, row,
       static_cast<const void*>(state.c_str()), state.size());
  }

 private:
  static void CheckLength(const Rows& rows, size_t found) {
    if (found != rows.size()) {
      throw nb::value_error("expected one value for each row");
    }
  }
  template <typename Reader>
  static Floats Read(const Rows& rows, size_t each, const Reader& read) {
    auto values = std::make_unique<float[]>(rows.size() * each);
    read(values.get(), rows.size() * each);
    return Array(std::move(values), {rows.size(), each});
  }
  template <typename Reader>
  static Floats Each(const Rows& rows, size_t each, const Reader& read) {
    return Read(rows, each, [&](float* to, size_t) {
      for (size_t i = 0; i < rows.size(); ++i) {
        read(rows.data()[i], to + i * each);
      }
    });
  }

  credo_agent* agent_;
  int64_t belief_;
  int64_t state_;
  credo_beliefs* handle_ = nullptr;
};

}  // namespace
}  // namespace credo_python

NB_MODULE(_runtime, module) {
  using credo_python::Agent;
  using credo_python::Beliefs;
  using namespace nb::literals;
  module.def("version", &credo_version);
  nb::class_<Agent>(module, "Agent")
      .def(nb::init<const std::string&>(), "path"_a)
      .def(nb::init<nb::bytes>(), "model"_a)
      .def("describe", &Agent::Describe)
      .def("frames", [](const Agent& agent) { return agent.info().frames; })
      .def("publish_file", &Agent::PublishFile, "path"_a)
      .def("publish_bytes", &Agent::PublishBytes, "model"_a);
  nb::class_<Beliefs>(module, "Beliefs")
      .def(nb::init<const Agent&, int32_t, uint64_t>(), "agent"_a, "count"_a,
           "seed"_a, nb::keep_alive<1, 2>())
      .def("observe", &Beliefs::Observe)
      .def("reward", &Beliefs::Reward)
      .def("end", &Beliefs::End)
      .def("mask", &Beliefs::Mask)
      .def("source", &Beliefs::Source)
      .def("act", &Beliefs::Act)
      .def("reset", &Beliefs::Reset)
      .def("step", &Beliefs::Step)
      .def("action", &Beliefs::Action)
      .def("value", &Beliefs::Value)
      .def("belief", &Beliefs::Belief)
      .def("probe", &Beliefs::Probe)
      .def("probabilities", &Beliefs::Probabilities)
      .def("imagine", &Beliefs::Imagine)
      .def("save", &Beliefs::Save)
      .def("load", &Beliefs::Load);
}
