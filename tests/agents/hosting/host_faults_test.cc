// Whatever happens to the learner's thread, what acts goes on, the status tells
// and the run can be gone on with.
//
// A program of its own, as it replaces what takes memory. How many places are
// tried: CREDO_PLACES, 12 by default.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <torch/types.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/agents/hosting/hosted_grid.h"
#include "tests/support/temporary_folder.h"

namespace {

constexpr int64_t kNever = -1;
// Of this thread: how many more allocations succeed before one fails.
thread_local int64_t left = kNever;

void* TakeOrThrow(size_t size, size_t alignment) {
  if (left == 0) {
    left = kNever;
    throw std::bad_alloc();
  }
  if (left > 0) --left;
  const size_t whole = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
}

constexpr size_t kAny = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(size_t n) { return TakeOrThrow(n, kAny); }
void* operator new[](size_t n) { return TakeOrThrow(n, kAny); }
void* operator new(size_t n, std::align_val_t a) {
  return TakeOrThrow(n, static_cast<size_t>(a));
}
void* operator new[](size_t n, std::align_val_t a) {
  return TakeOrThrow(n, static_cast<size_t>(a));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete[](void* block, size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete[](void* block, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete(void* block, size_t, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete[](void* block, size_t, std::align_val_t) noexcept {
  std::free(block);
}

namespace credo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

enum class Fault { kThrow, kStall, kNoMemory, kKill };

// What happens to the learner's thread, and when.
struct Trap {
  Fault fault = Fault::kThrow;
  int64_t update = 0;       // in which one
  bool publishing = false;  // when its weights are handed on, else in the loss
  int64_t allocations = 0;  // that succeed from then on
  std::atomic<bool> sprung = false;
  std::atomic<bool> released = false;  // what was stalled goes on
  pthread_t thread = {};

  void Spring() {
    thread = pthread_self();
    sprung = true;
    switch (fault) {
      case Fault::kThrow:
        throw std::runtime_error("a fault of the test's");
      case Fault::kStall:
        while (!released) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return;
      case Fault::kNoMemory:
        left = allocations;
        return;
      case Fault::kKill:
        return;  // the test does that
    }
  }
};

struct NoOptions : Options {
  void Visit(FieldVisitor&) override {}
};

// A loss of nothing that springs a trap.
class TrapTask : public AuxiliaryTask {
 public:
  explicit TrapTask(Trap& trap) : trap_(trap) {}
  LossTerms Compute(const LearnerBatch& batch,
                    const UpdateContext& context) override {
    if (context.update == trap_.update && !trap_.publishing) trap_.Spring();
    return {batch.beliefs.sum() * 0, {}};
  }

 private:
  Trap& trap_;
};

Parts PartsWith(Trap& trap) {
  Parts parts = BuiltInParts();
  parts.tasks.push_back(
      {{"trap", "springs", [] { return std::make_unique<NoOptions>(); }},
       [&trap](const Options&, Parameters&, const std::string&,
               const AgentShape&) -> Result<std::unique_ptr<AuxiliaryTask>> {
         return std::unique_ptr<AuxiliaryTask>(new TrapTask(trap));
       }});
  return parts;
}

// The configuration with the trap among its losses, and more frames than a try
// comes to: a thread that gets by without memory must not be done.
std::string Rest() {
  std::string rest = kHostedRest;
  const std::string frames = "frames: 1280";
  rest.replace(rest.find(frames), frames.size(), "frames: 128000");
  const std::string losses = "auxiliary: [";
  return rest.insert(rest.find(losses) + losses.size(), "{kind: trap}, ");
}

constexpr char kActions[] = "actions: policy\n";

int Places() {
  const char* const places = std::getenv("CREDO_PLACES");
  return places == nullptr ? 12 : std::atoi(places);
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                       start)
      .count();
}

class HostFaults : public testing::Test {
 protected:
  void Try(int place) {
    SCOPED_TRACE("place " + std::to_string(place));
    Trap trap;
    trap.fault = static_cast<Fault>(place % 4);
    trap.update = 1 + place / 4 % 5;
    trap.publishing = place / 8 % 2 == 1;
    trap.allocations = (place * 37) % 1500;
    const std::string run = folder_ / ("run" + std::to_string(place));
    {
      int64_t published = 0;
      const auto publishes = [&] {
        if (trap.publishing && published++ == trap.update) trap.Spring();
      };
      HostedGrid host(kActions, run, PartsWith(trap), publishes, Rest());
      ASSERT_TRUE(host.learner().Start({}).ok());
      // The game goes on whatever happens.
      ASSERT_TRUE(Within([&] {
        for (int i = 0; i < 8; ++i) host.Step();
        return trap.sprung.load();
      }));
      if (trap.fault == Fault::kKill) pthread_cancel(trap.thread);
      for (int i = 0; i < 100; ++i) host.Step();
      ExpectTold(host, trap);
      for (int i = 0; i < 100; ++i) host.Step();
      const auto start = std::chrono::steady_clock::now();
      (void)host.learner().Stop();
      EXPECT_LT(SecondsSince(start), 1.0);
      trap.released = true;
      // What was left to itself must be over before the trap is.
      ASSERT_TRUE(Within([&] {
        const HostState state = host.learner().status().state;
        return state == HostState::kFailed || state == HostState::kStopped;
      }));
    }
    // The run goes on.
    trap.update = -1;
    trap.publishing = false;
    HostedGrid again(kActions, run, PartsWith(trap), nullptr, Rest());
    ASSERT_TRUE(again.learner().Start({}).ok());
    again.Play(again.learner().status().updates + 2);
    EXPECT_TRUE(again.learner().Stop().ok());
  }

  void ExpectTold(HostedGrid& host, const Trap& trap) {
    if (trap.fault == Fault::kStall) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const HostStatus status = host.learner().status();
      EXPECT_EQ(status.state, HostState::kLearning);
      EXPECT_GT(status.seconds_in_update, 0.01);
      return;
    }
    ASSERT_TRUE(Within([&] {
      host.Step();
      const HostStatus status = host.learner().status();
      // What takes memory may have an answer of its own to having none.
      return status.state == HostState::kFailed ||
             (trap.fault == Fault::kNoMemory && status.updates > 40);
    })) << "state " << static_cast<int>(host.learner().status().state) << ", "
        << host.learner().status().updates << " updates: "
        << host.learner().status().message;
    const HostStatus status = host.learner().status();
    if (status.state != HostState::kFailed) return;
    EXPECT_THAT(status.message,
                AnyOf(HasSubstr("a fault of the test's"),
                      HasSubstr("memory"), HasSubstr("alloc"),
                      HasSubstr("ended from outside")));
  }

  TemporaryFolder folder_;
};

TEST_F(HostFaults, NeverHoldUpTheGame) {
  for (int place = 0; place < Places(); ++place) {
    Try(place);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace credo
