// Model files with something wrong, and what a host does with one.
#ifndef CREDO_TESTS_BINDINGS_MUTATIONS_H_
#define CREDO_TESTS_BINDINGS_MUTATIONS_H_

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/mutator.h"
#include "tests/support/random_model.h"

namespace credo {

// --- A host ---

// Gives out memory, and remembers the most that was out at once.
class CountingHeap {
 public:
  CountingHeap() {
    host_ = CREDO_INIT(credo_host);
    host_.allocator_user = this;
    host_.allocate = [](void* user, size_t bytes, size_t alignment) -> void* {
      auto* heap = static_cast<CountingHeap*>(user);
      heap->asked_ = std::max(heap->asked_, bytes);
      if (bytes > kMost) return nullptr;
      return ::operator new(bytes, std::align_val_t(alignment));
    };
    host_.release = [](void*, void* block) {
      ::operator delete(block, std::align_val_t(64));
    };
  }
  CountingHeap(const CountingHeap&) = delete;
  CountingHeap& operator=(const CountingHeap&) = delete;
  const credo_host& host() const { return host_; }
  // The largest block that anyone wanted.
  size_t asked() const { return asked_; }

 private:
  static constexpr size_t kMost = size_t{64} << 20;
  credo_host host_;
  size_t asked_ = 0;
};

// Plays a few records of zeros and reads all that can be read. Returns the
// first call that failed, or "".
inline std::string Play(credo_agent* agent) {
  credo_error error = CREDO_INIT(credo_error);
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  if (credo_agent_get_info(agent, &info, &error) != CREDO_OK) {
    return error.message;
  }
  credo_beliefs* beliefs = nullptr;
  if (credo_beliefs_create(agent, 2, 3, &beliefs, &error) != CREDO_OK) {
    return error.message;
  }
  std::string fault;
  const auto check = [&](credo_status status) {
    if (status != CREDO_OK && fault.empty()) fault = error.message;
  };
  std::vector<float> numbers;
  const auto room = [&](int64_t count) {
    numbers.assign(static_cast<size_t>(count), 0);
    return numbers.data();
  };
  const int32_t rows[] = {1, 0};
  for (int64_t t = 0; t < 3 && fault.empty(); ++t) {
    for (const int32_t row : rows) {
      for (int32_t i = 0; i < info.observations; ++i) {
        credo_observation_info seen = CREDO_INIT(credo_observation_info);
        check(credo_agent_get_observation(agent, i, &seen, &error));
        std::vector<uint8_t> bytes(static_cast<size_t>(seen.bytes));
        if (seen.kind == CREDO_VECTOR) {
          const float value =
              FiniteBound(std::clamp(0.0, seen.low, seen.high));
          for (size_t at = 0; at < bytes.size(); at += sizeof value) {
            std::memcpy(bytes.data() + at, &value, sizeof value);
          }
        }
        check(credo_beliefs_observe(beliefs, row, seen.name, bytes.data(),
                                    bytes.size(), &error));
      }
    }
    // Weights may be so large that what was seen makes numbers that are none,
    // though golden records did not: the belief is lost, and its row goes on.
    const credo_status stepped =
        credo_step(agent, beliefs, rows, 2, 0, &error);
    if (stepped != CREDO_DATA_LOSS) check(stepped);
  }
  for (int32_t i = 0; i < info.actions; ++i) {
    credo_action_info field = CREDO_INIT(credo_action_info);
    check(credo_agent_get_action(agent, i, &field, &error));
    check(credo_beliefs_action(beliefs, 0, field.name, room(field.words),
                               field.words, &error));
    const int64_t count =
        field.continuous != 0 ? 2 * field.words : field.choices;
    check(credo_beliefs_probabilities(beliefs, 0, field.name, room(count),
                                      count, &error));
  }
  check(credo_beliefs_value(beliefs, 0, room(1), &error));
  check(credo_beliefs_belief(beliefs, 0, room(info.belief), info.belief,
                             &error));
  for (int32_t i = 0; i < info.probes; ++i) {
    credo_observation_info probe = CREDO_INIT(credo_observation_info);
    check(credo_agent_get_probe(agent, i, &probe, &error));
    check(credo_beliefs_probe(beliefs, 0, probe.name, room(probe.numbers),
                              probe.numbers, &error));
  }
  std::vector<float> actions(static_cast<size_t>(2 * info.action_words));
  size_t word = 0;
  for (int step = 0; step < 2; ++step) {
    for (int32_t i = 0; i < info.actions; ++i) {
      credo_action_info field = CREDO_INIT(credo_action_info);
      check(credo_agent_get_action(agent, i, &field, &error));
      for (int32_t n = 0; n < field.words; ++n) {
        actions[word++] = field.continuous != 0 ? FiniteBound(field.low) : 0;
      }
    }
  }
  for (int32_t n = 0; n < info.tasks; ++n) {
    credo_task_info task = CREDO_INIT(credo_task_info);
    check(credo_agent_get_task(agent, n, &task, &error));
    for (int32_t i = 0; i < 3 * task.imagined; ++i) {
      credo_observation_info frame = CREDO_INIT(credo_observation_info);
      check(
          credo_agent_get_imagined(agent, task.name, i / 3, &frame, &error));
      credo_imagine_options how = CREDO_INIT(credo_imagine_options);
      how.task = task.name;
      how.mode = i % 3;
      check(credo_beliefs_imagine(beliefs, 0, &how, actions.data(),
                                  actions.size(), 2, frame.name,
                                  room(3 * frame.numbers), 3 * frame.numbers,
                                  &error));
    }
  }
  std::vector<uint8_t> state(static_cast<size_t>(info.state_bytes));
  check(credo_beliefs_save(beliefs, 0, state.data(), state.size(), &error));
  check(credo_beliefs_load(beliefs, 1, state.data(), state.size(), &error));
  credo_beliefs_destroy(beliefs, nullptr);
  return fault;
}

// How many loaded, of those that were tried.
struct Tried {
  int64_t files = 0;
  int64_t loaded = 0;
};

// Loads a file and, when that works, plays. No other status than that of a
// wrong file is fine, and no file may ask for much memory.
inline bool LoadAndPlay(const std::string& bytes, Tried& tried) {
  CountingHeap heap;
  credo_agent* agent = nullptr;
  credo_error error = CREDO_INIT(credo_error);
  const credo_status status = credo_agent_load_memory(
      bytes.data(), bytes.size(), &heap.host(), &agent, &error);
  ++tried.files;
  EXPECT_LT(heap.asked(), 4096 * bytes.size() + (size_t{1} << 20));
  if (status != CREDO_OK) {
    EXPECT_TRUE(status == CREDO_INVALID_ARGUMENT || status == CREDO_DATA_LOSS)
        << status << ": " << error.message;
    EXPECT_TRUE(std::string(error.message).starts_with("memory: "))
        << error.message;
    return false;
  }
  ++tried.loaded;
  EXPECT_EQ(Play(agent), "");
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
  return true;
}

inline const std::vector<RandomModel>& ModelsToMutate() {
  static const std::vector<RandomModel> models = [] {
    std::vector<RandomModel> made;
    for (const OracleOptions& options : AllPartsOptions()) {
      for (const bool int8 : {false, true}) {
        made.emplace_back(options, 1, int8);
      }
    }
    return made;
  }();
  return models;
}

// Mutations `first` to `last` - 1, of all models in turn.
inline void MutatePlainly(uint64_t first, uint64_t last) {
  std::vector<std::string> files;
  for (const RandomModel& model : ModelsToMutate()) {
    files.push_back(model.Bytes());
  }
  Tried tried;
  for (uint64_t n = first; n < last; ++n) {
    const std::string changed = Mutator(n).Plain(files[n % files.size()]);
    ASSERT_FALSE(LoadAndPlay(changed, tried)) << "mutation " << n;
    ASSERT_FALSE(testing::Test::HasFailure()) << "mutation " << n;
  }
}

inline Tried Forge(uint64_t first, uint64_t last) {
  const std::vector<RandomModel>& models = ModelsToMutate();
  Tried tried;
  for (uint64_t n = first; n < last; ++n) {
    const TensorFile& file = models[n % models.size()].file();
    const std::optional<std::string> changed = Mutator(n).Forged(file);
    if (changed) LoadAndPlay(*changed, tried);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "mutation " << n;
      break;
    }
  }
  return tried;
}

}  // namespace credo

#endif  // CREDO_TESTS_BINDINGS_MUTATIONS_H_
