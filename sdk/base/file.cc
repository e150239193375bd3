#include "sdk/base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace credo {
namespace {

// An open file, closed at the end of its life.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : value_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int value() const { return value_; }
  // 0, or errno. A full disk of the network kind may first tell of it here.
  int Close() { return close(std::exchange(value_, -1)) == 0 ? 0 : errno; }

 private:
  int value_;
};

// 0, or errno.
int WriteAll(int file, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = write(file, contents.data(), contents.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    contents.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status WriteTemporary(const std::string& path, std::string_view contents) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.value() < 0) return SystemError(path, "create", errno);
  int error = WriteAll(file.value(), contents);
  if (error == 0 && fsync(file.value()) != 0) error = errno;
  if (error == 0) error = file.Close();
  if (error == 0) return OkStatus();
  unlink(path.c_str());
  return SystemError(path, "write", error);
}

}  // namespace

Status ReplaceFile(const std::string& path, std::string_view contents) {
  const std::string temporary = path + ".tmp";
  CREDO_RETURN_IF_ERROR(WriteTemporary(temporary, contents));
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    return SystemError(path, "replace", error);
  }
  const std::string folder = FolderOf(path);
  const Descriptor opened(folder, O_RDONLY | O_DIRECTORY);
  if (opened.value() < 0) return SystemError(folder, "open", errno);
  // Some file systems have no fsync for folders and say so with EINVAL.
  if (fsync(opened.value()) != 0 && errno != EINVAL) {
    return SystemError(folder, "write", errno);
  }
  return OkStatus();
}

Status CreateFolders(const std::string& path, const std::string& what) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return OkStatus();
  const std::string message =
      path + ": cannot make " + what + ": " + error.message();
  // A file stands where a folder is expected.
  return error == std::errc::not_a_directory ||
                 error == std::errc::file_exists
             ? InvalidArgument(message)
             : Unavailable(message);
}

}  // namespace credo
