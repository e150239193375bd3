// A tick takes no memory and makes no system call.

#include <credo/credo.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
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

#include "tests/bindings/test_model.h"

namespace {

std::atomic<int64_t> news = 0;

}  // namespace

// libcredo.so takes the program's.
void* operator new(size_t size) {
  news.fetch_add(1, std::memory_order_relaxed);
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }

namespace credo {
namespace {

// Three characters of a world with every kind of observation and action.
class Player {
 public:
  explicit Player(const std::string& core) {
    const std::string& model = BlankModel(core);
    credo_error error = CREDO_INIT(credo_error);
    credo_agent_load_memory(model.data(), model.size(), nullptr, &agent_,
                            &error);
    credo_beliefs_create(agent_, 3, 7, &beliefs_, &error);
    EXPECT_EQ(error.status, CREDO_OK) << error.message;
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
    }
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
    const int32_t rows[] = {2, 0, 1};
    for (const int32_t row : rows) {
      for (size_t i = 0; i < names_.size(); ++i) {
        failures += credo_beliefs_observe(beliefs_, row, names_[i],
                                          bytes_[i].data(), bytes_[i].size(),
                                          nullptr) != CREDO_OK;
      }
      failures += credo_beliefs_mask(beliefs_, row, mask_.data(), mask_.size(),
                                     nullptr) != CREDO_OK;
      failures +=
          credo_beliefs_reward(beliefs_, row, 0.5f, nullptr) != CREDO_OK;
      if (number % 20 == 19) {
        failures += credo_beliefs_end(beliefs_, row, CREDO_TERMINAL,
                                      nullptr) != CREDO_OK;
      }
    }
    failures += credo_step(agent_, beliefs_, rows, 3, 1, nullptr) != CREDO_OK;
    for (size_t i = 0; i < fields_.size(); ++i) {
      failures += credo_beliefs_action(beliefs_, 1, fields_[i],
                                       words_[i].data(), words_[i].size(),
                                       nullptr) != CREDO_OK;
    }
    failures += credo_beliefs_belief(beliefs_, 1, belief_.data(),
                                     belief_.size(), nullptr) != CREDO_OK;
    failures += credo_beliefs_save(beliefs_, 1, state_.data(), state_.size(),
                                   nullptr) != CREDO_OK;
    failures += credo_beliefs_load(beliefs_, 0, state_.data(), state_.size(),
                                   nullptr) != CREDO_OK;
    return failures;
  }

 private:
  credo_agent* agent_ = nullptr;
  credo_beliefs* beliefs_ = nullptr;
  std::vector<const char*> names_;
  std::vector<std::vector<uint8_t>> bytes_;
  std::vector<const char*> fields_;
  std::vector<std::vector<float>> words_;
  std::vector<uint8_t> mask_;
  std::vector<float> belief_;
  std::vector<uint8_t> state_;
};

const char* const kCores[] = {"memoryless", "lstm", "gru",
                              "lstm, memory: {kind: addressed}"};
constexpr int64_t kTicks = 20000;

TEST(QuietTick, TakesNoMemory) {
  for (const char* core : kCores) {
    Player player(core);
    int64_t failures = player.Tick(0);
    const int64_t before = news.load();
    for (int64_t i = 1; i < kTicks; ++i) failures += player.Tick(i);
    EXPECT_EQ(news.load() - before, 0) << core;
    EXPECT_EQ(failures, 0) << core;
  }
}

TEST(QuietTick, MakesNoSystemCall) {
  for (const char* core : kCores) {
    Player player(core);
    ASSERT_EQ(player.Tick(0), 0);
    const pid_t child = fork();
    if (child == 0) {
      // From here on the kernel kills whoever calls it but for exit.
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
      int64_t failures = 0;
      for (int64_t i = 1; i < kTicks; ++i) failures += player.Tick(i);
      syscall(SYS_exit, failures == 0 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << core << ": signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << core;
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
