// A new empty folder for the life of an object.
#ifndef CREDO_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define CREDO_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace credo {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    // Making a folder tells whether it is new, on every system.
    int number = 0;
    do {
      path_ = testing::TempDir() + "credo_" + std::to_string(number++);
    } while (!std::filesystem::create_directory(path_));
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

}  // namespace credo

#endif  // CREDO_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
