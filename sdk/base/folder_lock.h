// A folder that one writer at a time may have. POSIX.
#ifndef CREDO_SDK_BASE_FOLDER_LOCK_H_
#define CREDO_SDK_BASE_FOLDER_LOCK_H_

#include <string>

#include "sdk/base/status.h"

namespace credo {

// Held while it lives, and gone with its process however that ends: no file is
// left. Move-only.
class FolderLock {
 public:
  // Fails with kFailedPrecondition, "FOLDER: " and `busy`, when somebody holds
  // it for another second, in this process or another. Where a file system has
  // no locks (some network drives) nobody is kept out.
  static Result<FolderLock> Take(const std::string& folder,
                                 const std::string& busy);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int file) : file_(file) {}

  int file_;  // -1: not held
};

}  // namespace credo

#endif  // CREDO_SDK_BASE_FOLDER_LOCK_H_
