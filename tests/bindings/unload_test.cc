// libcredo.so comes and goes without a trace. This program is not linked to it.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>

namespace credo {
namespace {

// Bytes of the process that are in memory.
int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

void LoadAndUnload() {
  void* library = dlopen(CREDO_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  using Version = int32_t (*)();
  const auto version =
      reinterpret_cast<Version>(dlsym(library, "credo_version"));
  ASSERT_NE(version, nullptr);
  EXPECT_GE(version(), 1000);
  ASSERT_EQ(dlclose(library), 0);
}

TEST(Unload, AThousandTimesWithoutGrowth) {
  for (int i = 0; i < 50; ++i) LoadAndUnload();
  const int64_t before = ResidentBytes();
  for (int i = 0; i < 1000; ++i) LoadAndUnload();
  EXPECT_LT(ResidentBytes() - before, int64_t{1} << 20);
  EXPECT_EQ(dlopen(CREDO_LIBRARY, RTLD_NOW | RTLD_NOLOAD), nullptr)
      << "the library is still loaded";
}

TEST(Unload, LeavesTheProcessAsItWas) {
  const std::string locale = std::setlocale(LC_ALL, nullptr);
  const int rounding = std::fegetround();
  const int traps = fegetexcept();
  struct sigaction handlers[32] = {};
  for (int signal = 1; signal < 32; ++signal) {
    sigaction(signal, nullptr, &handlers[signal]);
  }
  LoadAndUnload();
  EXPECT_EQ(std::setlocale(LC_ALL, nullptr), locale);
  EXPECT_EQ(std::fegetround(), rounding);
  EXPECT_EQ(fegetexcept(), traps);
  for (int signal = 1; signal < 32; ++signal) {
    struct sigaction now = {};
    sigaction(signal, nullptr, &now);
    EXPECT_EQ(now.sa_handler, handlers[signal].sa_handler) << signal;
  }
}

}  // namespace
}  // namespace credo
