#include "sdk/base/read_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#endif

namespace credo {
namespace {

// The file opened for reading, or null and a reason in errno.
std::FILE* Open(const std::string& path) {
#ifdef _WIN32
  // fopen would take the path for text in the code page of the machine.
  const auto widen = [&path](wchar_t* to, int size) {
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path.c_str(), -1,
                               to, size);
  };
  const int size = widen(nullptr, 0);
  if (size == 0) {
    errno = EILSEQ;
    return nullptr;
  }
  std::wstring wide(static_cast<size_t>(size), L'\0');
  widen(wide.data(), size);
  std::FILE* const file = _wfopen(wide.c_str(), L"rb");
  if (file == nullptr && errno == EACCES) {
    // What Windows says of folders, which other systems open.
    const DWORD found = GetFileAttributesW(wide.c_str());
    const bool folder = found != INVALID_FILE_ATTRIBUTES &&
                        (found & FILE_ATTRIBUTE_DIRECTORY) != 0;
    errno = folder ? EISDIR : EACCES;
  }
  return file;
#else
  return std::fopen(path.c_str(), "rb");
#endif
}

}  // namespace

Status SystemError(const std::string& path, const std::string& what,
                   int error) {
  std::string message = path + ": cannot " + what + ": " +
                        std::generic_category().message(error);
  switch (error) {
    case ENOENT: return NotFound(std::move(message));
    case EILSEQ:
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
  const std::unique_ptr<std::FILE, Close> file(Open(path));
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
