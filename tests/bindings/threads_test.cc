// What credo.h promises to hosts with several threads, a test per promise. Run
// under the thread sanitizer these also show that nothing races.

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/random_model.h"

namespace credo {
namespace {

constexpr int kThreads = 4;

std::string Model(uint64_t seed) {
  return RandomModel(AllPartsOptions()[2], seed).Bytes();
}

credo_agent* Load(const std::string& model, const credo_host* host = nullptr) {
  credo_agent* agent = nullptr;
  EXPECT_EQ(credo_agent_load_memory(model.data(), model.size(), host, &agent,
                                    nullptr),
            CREDO_OK);
  return agent;
}

credo_beliefs* Create(credo_agent* agent, int32_t count, uint64_t seed) {
  credo_beliefs* beliefs = nullptr;
  EXPECT_EQ(credo_beliefs_create(agent, count, seed, &beliefs, nullptr),
            CREDO_OK);
  return beliefs;
}

// Observes record `time` in a row.
credo_status Observe(credo_beliefs* beliefs, int32_t row, uint64_t time) {
  Draws draws = RandomStream(3, "seen").At(0, time);
  for (const ObservationSpec& spec : SmallWorld().observations) {
    if (spec.privileged) continue;
    const auto bytes = RandomModel::Draw(spec, draws);
    const credo_status status = credo_beliefs_observe(
        beliefs, row, spec.name.c_str(), bytes.data(), bytes.size(), nullptr);
    if (status != CREDO_OK) return status;
  }
  return CREDO_OK;
}

// The belief and the action of row 0 after each of some records.
std::vector<float> Play(credo_agent* agent, credo_beliefs* beliefs,
                        uint64_t records) {
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  credo_agent_get_info(agent, &info, nullptr);
  const auto belief = static_cast<size_t>(info.belief);
  std::vector<float> read;
  for (uint64_t t = 0; t < records; ++t) {
    const int32_t row = 0;
    Observe(beliefs, row, t);
    EXPECT_EQ(credo_step(agent, beliefs, &row, 1, 0, nullptr), CREDO_OK);
    const size_t at = read.size();
    read.resize(at + belief + 2);
    EXPECT_EQ(credo_beliefs_belief(beliefs, row, read.data() + at, belief,
                                   nullptr),
              CREDO_OK);
    EXPECT_EQ(credo_beliefs_action(beliefs, row, "move",
                                   read.data() + at + belief, 2, nullptr),
              CREDO_OK);
  }
  return read;
}

// Calls work(number) on threads of their own.
template <typename Work>
void OnThreads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

// "An agent may be used by any number of threads": asked, its beliefs made and
// ended.
TEST(Threads, AnAgentIsForAllOfThem) {
  credo_agent* agent = Load(Model(1));
  OnThreads(kThreads, [&](int number) {
    for (int i = 0; i < 20; ++i) {
      credo_agent_info info = CREDO_INIT(credo_agent_info);
      EXPECT_EQ(credo_agent_get_info(agent, &info, nullptr), CREDO_OK);
      std::vector<credo_observation_info> seen(
          3, CREDO_INIT(credo_observation_info));
      std::vector<credo_action_info> fields(2, CREDO_INIT(credo_action_info));
      for (int32_t n = 0; n < 3; ++n) {
        credo_agent_get_observation(agent, n, &seen[n], nullptr);
      }
      for (int32_t n = 0; n < 2; ++n) {
        credo_agent_get_action(agent, n, &fields[n], nullptr);
      }
      EXPECT_EQ(credo_agent_check_spec(agent, seen.data(), 3, fields.data(), 2,
                                       nullptr),
                CREDO_OK);
      credo_beliefs* beliefs = Create(agent, 1 + number, 1);
      EXPECT_EQ(credo_beliefs_destroy(beliefs, nullptr), CREDO_OK);
    }
  });
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

TEST(Threads, EachMayLoadAnAgentOfItsOwn) {
  const std::string model = Model(1);
  OnThreads(kThreads, [&](int) {
    credo_agent* agent = Load(model);
    credo_beliefs* beliefs = Create(agent, 1, 1);
    Play(agent, beliefs, 3);
    EXPECT_EQ(credo_beliefs_destroy(beliefs, nullptr), CREDO_OK);
    EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
  });
}

// "Different beliefs of one agent are independent": what each thread reads is
// what it reads alone.
TEST(Threads, BeliefsOfOneAgentAreIndependent) {
  credo_agent* agent = Load(Model(1));
  std::vector<std::vector<float>> alone;
  for (int i = 0; i < kThreads; ++i) {
    credo_beliefs* beliefs = Create(agent, 1, i);
    alone.push_back(Play(agent, beliefs, 30));
    credo_beliefs_destroy(beliefs, nullptr);
  }
  OnThreads(kThreads, [&](int number) {
    credo_beliefs* beliefs = Create(agent, 1, number);
    EXPECT_EQ(Play(agent, beliefs, 30), alone[number]);
    credo_beliefs_destroy(beliefs, nullptr);
  });
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// "A call that meets another one under way fails".
TEST(Threads, ASecondCallOnBeliefsIsRefused) {
  credo_agent* agent = Load(Model(1));
  credo_beliefs* beliefs = Create(agent, 1, 1);
  // A call of another thread while this one is within a step.
  struct Met {
    credo_beliefs* beliefs;
    std::vector<credo_status> statuses;
  } met{beliefs, {}};
  credo_beliefs_set_tap(
      beliefs,
      [](void* user, const credo_record*) {
        auto& it = *static_cast<Met*>(user);
        std::thread([&] {
          float value = 0;
          it.statuses = {
              credo_beliefs_value(it.beliefs, 0, &value, nullptr),
              credo_beliefs_reward(it.beliefs, 0, 1, nullptr),
              Observe(it.beliefs, 0, 1),
              credo_beliefs_set_tap(it.beliefs, nullptr, nullptr, nullptr),
              credo_beliefs_destroy(it.beliefs, nullptr)};
        }).join();
      },
      &met, nullptr);
  Play(agent, beliefs, 1);
  EXPECT_EQ(met.statuses, std::vector<credo_status>(
                              5, CREDO_FAILED_PRECONDITION));
  credo_beliefs_set_tap(beliefs, nullptr, nullptr, nullptr);
  Play(agent, beliefs, 1);
  credo_beliefs_destroy(beliefs, nullptr);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// The same without order: every call works or is refused, and every step that
// worked was whole.
TEST(Threads, CallsOnBeliefsMayMeetAtAnyMoment) {
  credo_agent* agent = Load(Model(1));
  credo_beliefs* beliefs = Create(agent, 1, 1);
  std::atomic<int64_t> steps = 0;
  int64_t taps = 0;
  credo_beliefs_set_tap(
      beliefs,
      [](void* user, const credo_record*) { ++*static_cast<int64_t*>(user); },
      &taps, nullptr);
  OnThreads(kThreads, [&](int) {
    for (uint64_t t = 0; t < 100; ++t) {
      Observe(beliefs, 0, t);
      const int32_t row = 0;
      const credo_status step =
          credo_step(agent, beliefs, &row, 1, 0, nullptr);
      steps += step == CREDO_OK;
      EXPECT_TRUE(step == CREDO_OK || step == CREDO_FAILED_PRECONDITION);
      float value = 0;
      const credo_status read =
          credo_beliefs_value(beliefs, 0, &value, nullptr);
      EXPECT_TRUE(read == CREDO_OK || read == CREDO_FAILED_PRECONDITION);
    }
  });
  EXPECT_GT(steps.load(), 0);
  EXPECT_EQ(taps, steps.load());
  credo_beliefs_destroy(beliefs, nullptr);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// "Publishing may go on beside all of it": what is read comes out of one model
// or the other and never of a mixture, and a publish is in force at once.
TEST(Threads, PublishesBesideAllOfIt) {
  const std::string models[] = {Model(1), Model(2)};
  std::vector<std::vector<float>> first_records;
  for (const std::string& model : models) {
    credo_agent* agent = Load(model);
    credo_beliefs* beliefs = Create(agent, 1, 5);
    first_records.push_back(Play(agent, beliefs, 1));
    credo_beliefs_destroy(beliefs, nullptr);
    credo_agent_destroy(agent, nullptr);
  }
  ASSERT_NE(first_records[0], first_records[1]);

  credo_agent* agent = Load(models[0]);
  std::atomic<int> publishers = 2;
  OnThreads(2 + kThreads, [&](int number) {
    if (number < 2) {
      for (int i = 0; i < 15; ++i) {
        const std::string& model = models[(i + number) % 2];
        EXPECT_EQ(credo_agent_publish_memory(agent, model.data(), model.size(),
                                             nullptr),
                  CREDO_OK);
      }
      --publishers;
      return;
    }
    do {
      credo_beliefs* beliefs = Create(agent, 1, 5);
      const std::vector<float> read = Play(agent, beliefs, 1);
      EXPECT_NE(std::ranges::find(first_records, read), first_records.end());
      float probed[12];
      EXPECT_EQ(credo_beliefs_probe(beliefs, 0, "view", probed, 12, nullptr),
                CREDO_OK);
      float frames[12];
      EXPECT_EQ(credo_beliefs_imagine(beliefs, 0, nullptr, nullptr, 0, 0,
                                      "view", frames, 12, nullptr),
                CREDO_OK);
      credo_beliefs_destroy(beliefs, nullptr);
    } while (publishers.load() > 0);
  });
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  credo_agent_get_info(agent, &info, nullptr);
  EXPECT_EQ(info.publishes, 30);
  EXPECT_EQ(credo_agent_publish_memory(agent, models[1].data(),
                                       models[1].size(), nullptr),
            CREDO_OK);
  credo_beliefs* beliefs = Create(agent, 1, 5);
  EXPECT_EQ(Play(agent, beliefs, 1), first_records[1]);
  credo_beliefs_destroy(beliefs, nullptr);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// A tap is called "on its thread", that of the step, "in the order of the
// rows"; so is the log of a step.
TEST(Threads, TapAndLogAreCalledByTheStep) {
  struct Told {
    std::atomic<int64_t> elsewhere = 0;
    std::atomic<int64_t> logs = 0;
  } told;
  thread_local bool stepping = false;
  credo_host host = CREDO_INIT(credo_host);
  host.log_user = &told;
  host.log = [](void* user, const char*) {
    auto& it = *static_cast<Told*>(user);
    ++it.logs;
    it.elsewhere += !stepping;
  };
  credo_agent* agent = Load(Model(1), &host);
  OnThreads(kThreads, [&](int) {
    struct Tapped {
      Told& told;
      std::vector<int32_t> rows;
    } tapped{told, {}};
    credo_beliefs* beliefs = Create(agent, 3, 1);
    credo_beliefs_set_tap(
        beliefs,
        [](void* user, const credo_record* record) {
          auto& it = *static_cast<Tapped*>(user);
          it.rows.push_back(record->row);
          it.told.elsewhere += !stepping;
        },
        &tapped, nullptr);
    const int32_t rows[] = {2, 0, 1};
    for (uint64_t t = 0; t < 10; ++t) {
      for (const int32_t row : rows) Observe(beliefs, row, t);
      stepping = true;
      EXPECT_EQ(credo_step(agent, beliefs, rows, 3, 0.5, nullptr), CREDO_OK);
      stepping = false;
    }
    EXPECT_EQ(tapped.rows.size(), 30u);
    for (size_t i = 0; i < tapped.rows.size(); ++i) {
      EXPECT_EQ(tapped.rows[i], rows[i % 3]);
    }
    credo_beliefs_destroy(beliefs, nullptr);
  });
  EXPECT_EQ(told.elsewhere.load(), 0);
  EXPECT_EQ(told.logs.load(), 3 * kThreads);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

// The host's allocator is "called by whatever thread makes, ends or publishes".
TEST(Threads, TheAllocatorIsCalledByWhoeverNeedsIt) {
  std::atomic<int64_t> held = 0;
  credo_host host = CREDO_INIT(credo_host);
  host.allocator_user = &held;
  host.allocate = [](void* user, size_t bytes, size_t alignment) -> void* {
    ++*static_cast<std::atomic<int64_t>*>(user);
    return ::operator new(bytes, std::align_val_t(alignment));
  };
  host.release = [](void* user, void* block) {
    --*static_cast<std::atomic<int64_t>*>(user);
    ::operator delete(block, std::align_val_t(64));
  };
  const std::string model = Model(1);
  credo_agent* agent = Load(model, &host);
  OnThreads(kThreads, [&](int) {
    for (int i = 0; i < 5; ++i) {
      credo_beliefs* beliefs = Create(agent, 2, 1);
      Play(agent, beliefs, 1);
      EXPECT_EQ(credo_agent_publish_memory(agent, model.data(), model.size(),
                                           nullptr),
                CREDO_OK);
      credo_beliefs_destroy(beliefs, nullptr);
    }
  });
  EXPECT_GT(held.load(), 0);
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
  EXPECT_EQ(held.load(), 0);
}

// "An agent that still has some is not destroyed", whoever made them.
TEST(Threads, AnAgentOutlivesTheBeliefsOfOthers) {
  credo_agent* agent = Load(Model(1));
  std::vector<credo_beliefs*> made(kThreads);
  OnThreads(kThreads, [&](int n) { made[n] = Create(agent, 1, 1); });
  OnThreads(kThreads, [&](int n) {
    EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_FAILED_PRECONDITION);
    Play(agent, made[n], 2);
    EXPECT_EQ(credo_beliefs_destroy(made[n], nullptr), CREDO_OK);
    made[n] = Create(agent, 1, 1);
  });
  OnThreads(kThreads, [&](int n) { credo_beliefs_destroy(made[n], nullptr); });
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
}

}  // namespace
}  // namespace credo
