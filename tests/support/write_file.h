// Files that tests lay down, on every system.
#ifndef CREDO_TESTS_SUPPORT_WRITE_FILE_H_
#define CREDO_TESTS_SUPPORT_WRITE_FILE_H_

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace credo {

// `path` is UTF-8.
inline void WriteFile(const std::string& path, std::string_view contents) {
  std::ofstream file(
      std::filesystem::path(std::u8string(path.begin(), path.end())),
      std::ios::binary);
  file << contents;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_WRITE_FILE_H_
