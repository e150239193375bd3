#include "sdk/base/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "sdk/base/read_file.h"

namespace credo {
namespace {

// A holder that was killed is not gone at once.
constexpr int kTries = 100;
constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

Result<FolderLock> FolderLock::Take(const std::string& folder,
                                    const std::string& busy) {
  const int file =
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError(folder, "open", errno);
  int error = EWOULDBLOCK;
  for (int tries = 0; tries < kTries && error == EWOULDBLOCK; ++tries) {
    if (tries > 0) std::this_thread::sleep_for(kPause);
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return FolderLock(file);
    error = errno;
  }
  close(file);
  if (error == EWOULDBLOCK) return FailedPrecondition(folder + ": " + busy);
  return FolderLock(-1);
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace credo
