// The part of NCCL's binary interface that credo uses, for ranks that are
// threads of one process, with memory of the CPU.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace {

constexpr int kSuccess = 0;
constexpr int kRemoteError = 6;
constexpr int kFloat32 = 7;

struct UniqueId {
  char bytes[128];
};

// Where the ranks of a ring meet.
struct Meeting {
  std::mutex mutex;
  std::condition_variable arrived;
  int size = 0;
  int here = 0;
  int meeting = 0;
  bool aborted = false;
  std::vector<const void*> brought;

  // False where it was aborted.
  bool Arrive() {
    std::unique_lock lock(mutex);
    if (aborted) return false;
    if (++here == size) {
      here = 0;
      ++meeting;
      arrived.notify_all();
      return true;
    }
    const int awaited = meeting;
    arrived.wait(lock, [&] { return meeting != awaited || aborted; });
    return meeting != awaited;
  }
};

struct Ring {
  std::shared_ptr<Meeting> meeting;
  int rank = 0;
};

std::mutex mutex;
std::map<std::string, std::shared_ptr<Meeting>> meetings;
int made = 0;

template <typename Real>
void AddUp(const std::vector<const void*>& brought, std::vector<char>& sum) {
  Real* const to = reinterpret_cast<Real*>(sum.data());
  const size_t count = sum.size() / sizeof(Real);
  std::memcpy(to, brought[0], sum.size());
  for (size_t rank = 1; rank < brought.size(); ++rank) {
    const auto* const from = static_cast<const Real*>(brought[rank]);
    for (size_t i = 0; i < count; ++i) to[i] += from[i];
  }
}

}  // namespace

extern "C" {

int ncclGetUniqueId(UniqueId* id) {
  const std::lock_guard lock(mutex);
  std::memset(id->bytes, 0, sizeof(id->bytes));
  std::strcpy(id->bytes, std::to_string(++made).c_str());
  return kSuccess;
}

int ncclCommInitRank(void** ring, int size, UniqueId id, int rank) {
  std::shared_ptr<Meeting> meeting;
  {
    const std::lock_guard lock(mutex);
    std::shared_ptr<Meeting>& place = meetings[id.bytes];
    if (place == nullptr) place = std::make_shared<Meeting>();
    meeting = place;
    meeting->size = size;
    meeting->brought.resize(size);
  }
  *ring = new Ring{meeting, rank};
  return meeting->Arrive() ? kSuccess : kRemoteError;
}

int ncclAllReduce(const void* from, void* to, size_t count, int type, int,
                  void* ring, void*) {
  auto& [meeting, rank] = *static_cast<Ring*>(ring);
  meeting->brought[rank] = from;
  if (!meeting->Arrive()) return kRemoteError;
  std::vector<char> sum(count * (type == kFloat32 ? 4 : 8));
  if (type == kFloat32) {
    AddUp<float>(meeting->brought, sum);
  } else {
    AddUp<double>(meeting->brought, sum);
  }
  if (!meeting->Arrive()) return kRemoteError;
  std::memcpy(to, sum.data(), sum.size());
  return kSuccess;
}

int ncclAllGather(const void* from, void* to, size_t bytes, int, void* ring,
                  void*) {
  auto& [meeting, rank] = *static_cast<Ring*>(ring);
  meeting->brought[rank] = from;
  if (!meeting->Arrive()) return kRemoteError;
  for (int other = 0; other < meeting->size; ++other) {
    std::memcpy(static_cast<char*>(to) + other * bytes,
                meeting->brought[other], bytes);
  }
  return meeting->Arrive() ? kSuccess : kRemoteError;
}

int ncclCommGetAsyncError(void* ring, int* error) {
  Meeting& meeting = *static_cast<Ring*>(ring)->meeting;
  const std::lock_guard lock(meeting.mutex);
  *error = meeting.aborted ? kRemoteError : kSuccess;
  return kSuccess;
}

int ncclCommRevoke(void* ring, int) {
  Meeting& meeting = *static_cast<Ring*>(ring)->meeting;
  const std::lock_guard lock(meeting.mutex);
  meeting.aborted = true;
  meeting.arrived.notify_all();
  return kSuccess;
}

int ncclCommAbort(void* ring) {
  ncclCommRevoke(ring, 0);
  delete static_cast<Ring*>(ring);
  return kSuccess;
}

const char* ncclGetErrorString(int result) {
  return result == kRemoteError ? "remote process exited" : "some error";
}

}  // extern "C"
