// A new empty folder for the life of an object.
#ifndef CREDO_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define CREDO_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace credo {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "credo_XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) {
      throw std::runtime_error("cannot make the folder " + path_);
    }
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
