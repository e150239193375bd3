// CTest knows the tests. Programs that lost theirs (a glob that finds nothing,
// a folder that is no longer added) would pass unseen.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

TEST(RegisteredTests, AreAtLeast200) {
  // A folder of its own, for CTest writes a log to where it is called, and the
  // one that runs this test has its log in the build folder.
  const TemporaryFolder folder;
  std::ofstream(folder / "CTestTestfile.cmake")
      << "subdirs(\"" CREDO_BINARY_DIR "\")\n";
  // A header is a case, but no test in the sense of this number.
  const Ended ctest = RunToEnd({CREDO_CTEST, "--test-dir", folder.path(), "-N",
                                "-E", "HeaderCompilesAlone"});
  ASSERT_EQ(ctest.exit_code, 0) << ctest.err;
  const std::string label = "Total Tests: ";
  const size_t at = ctest.out.find(label);
  ASSERT_NE(at, std::string::npos) << ctest.out;
  EXPECT_GE(std::stoi(ctest.out.substr(at + label.size())), 200);
}

}  // namespace
}  // namespace credo
