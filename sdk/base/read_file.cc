#include "sdk/base/read_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace credo {

Status SystemError(const std::string& path, const std::string& what,
                   int error) {
  std::string message = path + ": cannot " + what + ": " +
                        std::generic_category().message(error);
  switch (error) {
    case ENOENT: return NotFound(std::move(message));
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG: return InvalidArgument(std::move(message));
    default: return Unavailable(std::move(message));
  }
}

Result<std::string> ReadFile(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) return SystemError(path, "open", errno);
  // Nothing is gained by a second buffer.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  // The size is a hint: a file may grow, and devices have none.
  long size = 0;
  if (std::fseek(file.get(), 0, SEEK_END) == 0) size = std::ftell(file.get());
  std::rewind(file.get());
  std::string contents;
  // One byte more lets the first read that is short tell the end. A folder
  // tells the largest size there is.
  constexpr long kMostAtFirst = 1L << 30;
  contents.resize(size > 0 && size < kMostAtFirst
                      ? static_cast<size_t>(size) + 1
                      : size_t{4096});
  size_t used = 0;
  while (true) {
    if (used == contents.size()) contents.resize(2 * used);
    errno = 0;
    const size_t wanted = contents.size() - used;
    const size_t count =
        std::fread(contents.data() + used, 1, wanted, file.get());
    used += count;
    if (count == wanted) continue;
    if (std::ferror(file.get()) == 0) break;
    if (errno != EINTR) return SystemError(path, "read", errno);
    std::clearerr(file.get());
  }
  contents.resize(used);
  return contents;
}

}  // namespace credo
