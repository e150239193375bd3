// Memory that runs out at any moment of a call costs that call alone: it
// returns a status, nothing is lost, and the next call works. Run under the
// address sanitizer this also shows that nothing leaks.

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "tests/support/random_model.h"

namespace {

constexpr int64_t kNever = -1;

// How many more allocations succeed before one fails.
int64_t left = kNever;
bool failed = false;

void* Take(size_t size, size_t alignment) {
  if (left == 0) {
    failed = true;
    left = kNever;
    return nullptr;
  }
  if (left > 0) --left;
  const size_t whole = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

void* TakeOrThrow(size_t size, size_t alignment) {
  void* block = Take(size, alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

constexpr size_t kAny = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

// libcredo.so takes the program's. All of them, as sanitizers have their own.
void* operator new(size_t n) { return TakeOrThrow(n, kAny); }
void* operator new[](size_t n) { return TakeOrThrow(n, kAny); }
void* operator new(size_t n, const std::nothrow_t&) noexcept {
  return Take(n, kAny);
}
void* operator new[](size_t n, const std::nothrow_t&) noexcept {
  return Take(n, kAny);
}
void* operator new(size_t n, std::align_val_t a) {
  return TakeOrThrow(n, static_cast<size_t>(a));
}
void* operator new(size_t n, std::align_val_t a,
                   const std::nothrow_t&) noexcept {
  return Take(n, static_cast<size_t>(a));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace credo {
namespace {

// Calls until no allocation fails any more; returns how many there were. Each
// call may do without what failed, but must say so when it does not.
template <typename Call>
int64_t FailEachAllocation(Call call) {
  for (int64_t k = 0; k < 1000000; ++k) {
    credo_error error = CREDO_INIT(credo_error);
    failed = false;
    left = k;
    const credo_status status = call(&error);
    left = kNever;
    if (!failed) {
      EXPECT_EQ(status, CREDO_OK) << k << ": " << error.message;
      return k;
    }
    if (status == CREDO_OK) continue;
    EXPECT_EQ(status, CREDO_UNAVAILABLE) << k << ": " << error.message;
    EXPECT_EQ(error.status, CREDO_UNAVAILABLE) << k;
    EXPECT_NE(std::string(error.message).find("out of memory"),
              std::string::npos)
        << error.message;
    if (testing::Test::HasFailure()) return k;
  }
  ADD_FAILURE() << "there is no end of allocations";
  return 0;
}

std::string Model(size_t index, uint64_t seed = 1) {
  return RandomModel(AllPartsOptions()[index], seed).Bytes();
}

credo_agent* Load(const std::string& model) {
  credo_agent* agent = nullptr;
  EXPECT_EQ(credo_agent_load_memory(model.data(), model.size(), nullptr,
                                    &agent, nullptr),
            CREDO_OK);
  return agent;
}

void Destroy(credo_agent* agent) {
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// One record of zeros for row 0; returns its belief.
std::vector<float> Step(credo_agent* agent, credo_beliefs* beliefs) {
  const uint8_t bytes[6] = {};
  const float speed[3] = {};
  const int32_t row = 0;
  credo_beliefs_observe(beliefs, 0, "eye", bytes, 6, nullptr);
  credo_beliefs_observe(beliefs, 0, "view", bytes, 4, nullptr);
  credo_beliefs_observe(beliefs, 0, "speed", speed, sizeof speed, nullptr);
  EXPECT_EQ(credo_step(agent, beliefs, &row, 1, 0, nullptr), CREDO_OK);
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  credo_agent_get_info(agent, &info, nullptr);
  std::vector<float> belief(static_cast<size_t>(info.belief));
  EXPECT_EQ(credo_beliefs_belief(beliefs, 0, belief.data(), belief.size(),
                                 nullptr),
            CREDO_OK);
  return belief;
}

TEST(FailingNew, Load) {
  bool gru = false;
  for (size_t i = 0; i < AllPartsOptions().size(); ++i) {
    // One GRU: its memories are those of the LSTM.
    if (gru) break;
    gru = AllPartsOptions()[i].core == "gru";
    const std::string model = Model(i);
    const int64_t count = FailEachAllocation([&](credo_error* error) {
      credo_agent* agent = nullptr;
      const credo_status status = credo_agent_load_memory(
          model.data(), model.size(), nullptr, &agent, error);
      EXPECT_EQ(agent == nullptr, status != CREDO_OK);
      credo_agent_destroy(agent, nullptr);
      return status;
    });
    EXPECT_GT(count, 100);
  }
}

// What a file that is refused costs when there is no memory to say so.
TEST(FailingNew, LoadOfAWrongFile) {
  std::string model = Model(1);
  model[model.size() / 2] ^= 1;
  for (int64_t k = 0;; ++k) {
    credo_agent* agent = nullptr;
    failed = false;
    left = k;
    const credo_status status = credo_agent_load_memory(
        model.data(), model.size(), nullptr, &agent, nullptr);
    left = kNever;
    ASSERT_TRUE(status == CREDO_DATA_LOSS || status == CREDO_UNAVAILABLE);
    if (!failed) break;
  }
}

TEST(FailingNew, CreateBeliefs) {
  for (size_t i = 0; i < AllPartsOptions().size(); ++i) {
    credo_agent* agent = Load(Model(i));
    FailEachAllocation([&](credo_error* error) {
      credo_beliefs* beliefs = nullptr;
      const credo_status status =
          credo_beliefs_create(agent, 3, 7, &beliefs, error);
      EXPECT_EQ(beliefs == nullptr, status != CREDO_OK);
      credo_beliefs_destroy(beliefs, nullptr);
      return status;
    });
    Destroy(agent);
  }
}

TEST(FailingNew, PublishChangesNothingUnlessItSucceeds) {
  const std::string other = Model(2, /*seed=*/9);
  credo_agent* agent = Load(Model(2));
  credo_beliefs* beliefs = nullptr;
  credo_beliefs_create(agent, 1, 7, &beliefs, nullptr);
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  std::vector<uint8_t> start;
  credo_agent_get_info(agent, &info, nullptr);
  start.resize(static_cast<size_t>(info.state_bytes));
  credo_beliefs_save(beliefs, 0, start.data(), start.size(), nullptr);
  const auto from_start = [&] {
    EXPECT_EQ(credo_beliefs_load(beliefs, 0, start.data(), start.size(),
                                 nullptr),
              CREDO_OK);
    return Step(agent, beliefs);
  };
  const std::vector<float> before = from_start();
  FailEachAllocation([&](credo_error* error) {
    const credo_status status =
        credo_agent_publish_memory(agent, other.data(), other.size(), error);
    credo_agent_get_info(agent, &info, nullptr);
    EXPECT_EQ(info.publishes, status == CREDO_OK ? 1 : 0);
    const int64_t armed = std::exchange(left, kNever);
    EXPECT_EQ(from_start() == before, status != CREDO_OK);
    left = armed;
    return status;
  });
  credo_beliefs_destroy(beliefs, nullptr);
  Destroy(agent);
}

TEST(FailingNew, CheckSpec) {
  credo_agent* agent = Load(Model(1));
  std::vector<credo_observation_info> seen(3, CREDO_INIT(
                                                  credo_observation_info));
  std::vector<credo_action_info> fields(2, CREDO_INIT(credo_action_info));
  for (int32_t i = 0; i < 3; ++i) {
    credo_agent_get_observation(agent, i, &seen[2 - i], nullptr);
  }
  for (int32_t i = 0; i < 2; ++i) {
    credo_agent_get_action(agent, i, &fields[i], nullptr);
  }
  const int64_t count = FailEachAllocation([&](credo_error* error) {
    return credo_agent_check_spec(agent, seen.data(), 3, fields.data(), 2,
                                  error);
  });
  EXPECT_GT(count, 3);
  Destroy(agent);
}

// None of these takes any memory, so that none can fail for want of it.
TEST(FailingNew, WhatABeliefIsAskedNeverFails) {
  credo_agent* agent = Load(Model(2));
  credo_beliefs* beliefs = nullptr;
  ASSERT_EQ(credo_beliefs_create(agent, 2, 7, &beliefs, nullptr), CREDO_OK);
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  credo_agent_get_info(agent, &info, nullptr);
  std::vector<uint8_t> state(static_cast<size_t>(info.state_bytes));
  std::vector<float> actions(static_cast<size_t>(3 * info.action_words), 0);
  credo_observation_info view = CREDO_INIT(credo_observation_info);
  credo_agent_get_imagined(agent, nullptr, 1, &view, nullptr);
  std::vector<float> frames(static_cast<size_t>(4 * view.numbers));
  credo_observation_info probe = CREDO_INIT(credo_observation_info);
  credo_agent_get_probe(agent, 0, &probe, nullptr);
  std::vector<float> read(static_cast<size_t>(probe.numbers));
  Step(agent, beliefs);
  EXPECT_EQ(FailEachAllocation([&](credo_error* error) {
              return credo_beliefs_save(beliefs, 0, state.data(), state.size(),
                                        error);
            }),
            0);
  EXPECT_EQ(FailEachAllocation([&](credo_error* error) {
              return credo_beliefs_load(beliefs, 1, state.data(), state.size(),
                                        error);
            }),
            0);
  credo_imagine_options sample = CREDO_INIT(credo_imagine_options);
  sample.mode = CREDO_IMAGINE_SAMPLE;
  sample.task = "auxiliary.2.simcore";  // has latents
  const credo_imagine_options* const all[] = {nullptr, &sample};
  for (const credo_imagine_options* options : all) {
    EXPECT_EQ(FailEachAllocation([&](credo_error* error) {
                return credo_beliefs_imagine(
                    beliefs, 0, options, actions.data(), actions.size(), 3,
                    view.name, frames.data(), frames.size(), error);
              }),
              0);
  }
  EXPECT_EQ(FailEachAllocation([&](credo_error* error) {
              return credo_beliefs_probe(beliefs, 0, probe.name, read.data(),
                                         read.size(), error);
            }),
            0);
  EXPECT_EQ(FailEachAllocation([&](credo_error* error) {
              return credo_beliefs_reset(beliefs, 1, error);
            }),
            0);
  credo_beliefs_destroy(beliefs, nullptr);
  Destroy(agent);
}

// A refusal needs memory for its text; without, it is another status.
TEST(FailingNew, RefusalsLeaveTheBeliefsUsable) {
  credo_agent* agent = Load(Model(1));
  credo_beliefs* beliefs = nullptr;
  ASSERT_EQ(credo_beliefs_create(agent, 1, 7, &beliefs, nullptr), CREDO_OK);
  const uint8_t bytes[1] = {};
  for (int64_t k = 0;; ++k) {
    failed = false;
    left = k;
    const credo_status status =
        credo_beliefs_observe(beliefs, 0, "eye", bytes, 1, nullptr);
    left = kNever;
    EXPECT_EQ(status, failed ? CREDO_UNAVAILABLE : CREDO_INVALID_ARGUMENT);
    if (!failed) break;
  }
  Step(agent, beliefs);
  credo_beliefs_destroy(beliefs, nullptr);
  Destroy(agent);
}

}  // namespace
}  // namespace credo
