// A step and the calls between two steps take no memory and no lock, start no
// thread and make no system call.

#include <credo/credo.h>
#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "tests/support/random_model.h"

namespace {

std::atomic<int64_t> news = 0;
std::atomic<int64_t> locks = 0;

template <typename Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// libcredo.so takes the program's. Not inlined, where the compiler would see
// one half of a pair alone and warn.
[[gnu::noinline]] void* operator new(size_t size) {
  news.fetch_add(1, std::memory_order_relaxed);
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
// What the default allocator of agents and beliefs calls.
[[gnu::noinline]] void* operator new(size_t size, std::align_val_t alignment,
                                     const std::nothrow_t&) noexcept {
  news.fetch_add(1, std::memory_order_relaxed);
  const auto step = static_cast<size_t>(alignment);
  return std::aligned_alloc(step, (size + step - 1) / step * step);
}
[[gnu::noinline]] void operator delete(void* block,
                                       std::align_val_t) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, size_t) noexcept {
  std::free(block);
}

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto real = Real<int (*)(pthread_mutex_t*)>(__func__);
  locks.fetch_add(1, std::memory_order_relaxed);
  return real(mutex);
}
extern "C" int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  static const auto real = Real<int (*)(pthread_mutex_t*)>(__func__);
  locks.fetch_add(1, std::memory_order_relaxed);
  return real(mutex);
}
extern "C" int pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  static const auto real = Real<int (*)(pthread_rwlock_t*)>(__func__);
  locks.fetch_add(1, std::memory_order_relaxed);
  return real(lock);
}
extern "C" int pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  static const auto real = Real<int (*)(pthread_rwlock_t*)>(__func__);
  locks.fetch_add(1, std::memory_order_relaxed);
  return real(lock);
}

namespace credo {
namespace {

// Three characters of a world with every kind of observation and action.
class Player {
 public:
  explicit Player(const OracleOptions& options, bool int8 = false) {
    const std::string model = RandomModel(options, 1, int8).Bytes();
    credo_host host = CREDO_INIT(credo_host);
    host.log = [](void* user, const char*) { ++*static_cast<int64_t*>(user); };
    host.log_user = &told_;
    credo_error error = CREDO_INIT(credo_error);
    credo_agent_load_memory(model.data(), model.size(), &host, &agent_,
                            &error);
    credo_beliefs_create(agent_, 3, 7, &beliefs_, &error);
    EXPECT_EQ(error.status, CREDO_OK) << error.message;
    credo_beliefs_source(beliefs_, 0, CREDO_GREEDY, nullptr);
    credo_beliefs_source(beliefs_, 2, CREDO_EXTERNAL, nullptr);
    credo_beliefs_set_tap(
        beliefs_,
        [](void* user, const credo_record*) {
          ++*static_cast<int64_t*>(user);
        },
        &tapped_, nullptr);
    credo_agent_info info = CREDO_INIT(credo_agent_info);
    credo_agent_get_info(agent_, &info, nullptr);
    for (int32_t i = 0; i < info.observations; ++i) {
      credo_observation_info seen = CREDO_INIT(credo_observation_info);
      credo_agent_get_observation(agent_, i, &seen, nullptr);
      names_.push_back(seen.name);
      bytes_.emplace_back(static_cast<size_t>(seen.bytes));
    }
    for (int32_t i = 0; i < info.actions; ++i) {
      credo_action_info field = CREDO_INIT(credo_action_info);
      credo_agent_get_action(agent_, i, &field, nullptr);
      fields_.push_back(field.name);
      words_.emplace_back(static_cast<size_t>(field.words));
      probabilities_.emplace_back(static_cast<size_t>(
          field.continuous != 0 ? 2 * field.words : field.choices));
    }
    for (int32_t i = 0; i < info.probes; ++i) {
      credo_observation_info probe = CREDO_INIT(credo_observation_info);
      credo_agent_get_probe(agent_, i, &probe, nullptr);
      targets_.push_back(probe.name);
      probed_.emplace_back(static_cast<size_t>(probe.numbers));
    }
    for (int32_t i = 0; i < info.tasks; ++i) {
      credo_task_info task = CREDO_INIT(credo_task_info);
      credo_agent_get_task(agent_, i, &task, nullptr);
      if (task.imagined == 0) continue;
      credo_observation_info frame = CREDO_INIT(credo_observation_info);
      credo_agent_get_imagined(agent_, task.name, 0, &frame, nullptr);
      tasks_.push_back(task.name);
      imagined_.push_back(frame.name);
      frames_.emplace_back(static_cast<size_t>(2 * frame.numbers));
    }
    actions_.resize(static_cast<size_t>(info.action_words));
    mask_.resize(static_cast<size_t>(info.mask), 1);
    belief_.resize(static_cast<size_t>(info.belief));
    state_.resize(static_cast<size_t>(info.state_bytes));
  }
  ~Player() {
    credo_beliefs_destroy(beliefs_, nullptr);
    credo_agent_destroy(agent_, nullptr);
  }

  // Everything that a host does between two frames. Returns the failures.
  int64_t Tick(int64_t number) {
    int64_t failures = 0;
    const auto check = [&](credo_status status) {
      failures += status != CREDO_OK;
    };
    const int32_t rows[] = {2, 0, 1};
    for (const int32_t row : rows) {
      for (size_t i = 0; i < names_.size(); ++i) {
        check(credo_beliefs_observe(beliefs_, row, names_[i],
                                    bytes_[i].data(), bytes_[i].size(),
                                    nullptr));
      }
      check(credo_beliefs_mask(beliefs_, row, mask_.data(), mask_.size(),
                               nullptr));
      check(credo_beliefs_reward(beliefs_, row, 0.5f, nullptr));
      if (number % 20 == 19) {
        check(credo_beliefs_end(beliefs_, row, CREDO_TERMINAL, nullptr));
      }
    }
    // Not what the agent learned with: the host is told.
    check(credo_step(agent_, beliefs_, rows, 3, number == 0 ? 0 : 0.25,
                     nullptr));
    for (size_t i = 0; i < fields_.size(); ++i) {
      check(credo_beliefs_action(beliefs_, 1, fields_[i], words_[i].data(),
                                 words_[i].size(), nullptr));
      check(credo_beliefs_probabilities(beliefs_, 0, fields_[i],
                                        probabilities_[i].data(),
                                        probabilities_[i].size(), nullptr));
      if (number % 20 != 19) {
        check(credo_beliefs_act(beliefs_, 2, fields_[i], words_[i].data(),
                                words_[i].size(), nullptr));
      }
    }
    for (size_t i = 0; i < targets_.size(); ++i) {
      check(credo_beliefs_probe(beliefs_, 2, targets_[i], probed_[i].data(),
                                probed_[i].size(), nullptr));
    }
    for (size_t i = 0; i < tasks_.size(); ++i) {
      credo_imagine_options how = CREDO_INIT(credo_imagine_options);
      how.task = tasks_[i];
      how.mode = number % 3;
      how.seed = static_cast<uint64_t>(number);
      check(credo_beliefs_imagine(beliefs_, 1, &how, actions_.data(),
                                  actions_.size(), 1, imagined_[i],
                                  frames_[i].data(), frames_[i].size(),
                                  nullptr));
    }
    float value = 0;
    check(credo_beliefs_value(beliefs_, 1, &value, nullptr));
    check(credo_beliefs_belief(beliefs_, 1, belief_.data(), belief_.size(),
                               nullptr));
    if (number % 50 == 49) check(credo_beliefs_reset(beliefs_, 0, nullptr));
    check(credo_beliefs_save(beliefs_, 1, state_.data(), state_.size(),
                             nullptr));
    check(credo_beliefs_load(beliefs_, 0, state_.data(), state_.size(),
                             nullptr));
    return failures;
  }

  int64_t told() const { return told_; }
  int64_t tapped() const { return tapped_; }

 private:
  credo_agent* agent_ = nullptr;
  credo_beliefs* beliefs_ = nullptr;
  int64_t told_ = 0;
  int64_t tapped_ = 0;
  std::vector<const char*> names_;
  std::vector<std::vector<uint8_t>> bytes_;
  std::vector<const char*> fields_;
  std::vector<std::vector<float>> words_;
  std::vector<std::vector<float>> probabilities_;
  std::vector<const char*> targets_;
  std::vector<std::vector<float>> probed_;
  std::vector<const char*> tasks_;  // those that imagine
  std::vector<const char*> imagined_;
  std::vector<std::vector<float>> frames_;
  std::vector<float> actions_;
  std::vector<uint8_t> mask_;
  std::vector<float> belief_;
  std::vector<uint8_t> state_;
};

std::string Name(const OracleOptions& options) {
  return options.core + " " + options.memory.kind +
         (options.memory.least_squares ? " fitted" : "");
}

// A hundred thousand for each core, its memories together.
int64_t TicksOf(const OracleOptions& options) {
  return options.recurrent() ? 100000 / 6 + 1 : 100000;
}

int64_t Threads() {
  DIR* folder = opendir("/proc/self/task");
  int64_t count = 0;
  while (const dirent* entry = readdir(folder)) {
    count += entry->d_name[0] != '.';
  }
  closedir(folder);
  return count;
}

void ExpectQuiet(bool int8) {
  for (const OracleOptions& options : AllPartsOptions()) {
    Player player(options, int8);
    int64_t failures = player.Tick(0);
    const int64_t threads = Threads();
    const int64_t news_before = news.load();
    const int64_t locks_before = locks.load();
    for (int64_t i = 1; i < 2000; ++i) failures += player.Tick(i);
    EXPECT_EQ(news.load() - news_before, 0) << Name(options);
    EXPECT_EQ(locks.load() - locks_before, 0) << Name(options);
    EXPECT_EQ(Threads(), threads) << Name(options);
    EXPECT_EQ(threads, 1) << Name(options);
    EXPECT_EQ(failures, 0) << Name(options);
    EXPECT_EQ(player.told(), 3);
    EXPECT_EQ(player.tapped(), 3 * 2000);
  }
}

TEST(QuietTick, TakesNoMemoryAndNoLockAndStartsNoThread) {
  ExpectQuiet(/*int8=*/false);
  ExpectQuiet(/*int8=*/true);
}

// That the test above can fail: making beliefs takes both.
TEST(QuietTick, MemoryAndLocksWouldBeSeen) {
  const int64_t news_before = news.load();
  const int64_t locks_before = locks.load();
  const Player player(AllPartsOptions()[0]);
  EXPECT_GT(news.load(), news_before);
  EXPECT_GT(locks.load(), locks_before);
}

TEST(QuietTick, MakesNoSystemCall) {
  for (const OracleOptions& options : AllPartsOptions()) {
    Player player(options);
    ASSERT_EQ(player.Tick(0), 0);
    const pid_t child = fork();
    if (child == 0) {
      const int64_t news_before = news.load();
      const int64_t locks_before = locks.load();
      // From here on the kernel kills whoever calls it but for exit: a thread,
      // a lock that waits and a heap that grows are calls as well.
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
      int64_t failures = 0;
      for (int64_t i = 1; i < TicksOf(options); ++i) {
        failures += player.Tick(i);
      }
      syscall(SYS_exit, (failures != 0 ? 1 : 0) |
                            (news.load() != news_before ? 2 : 0) |
                            (locks.load() != locks_before ? 4 : 0));
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status))
        << Name(options) << ": signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << Name(options);
  }
}

// That the test above can fail.
TEST(QuietTick, ASystemCallWouldBeSeen) {
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
    getppid();
    syscall(SYS_exit, 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
}

}  // namespace
}  // namespace credo
