// How a test of the real tree tells what it found.
#ifndef CREDO_TESTS_STRUCTURE_EXPECT_NONE_H_
#define CREDO_TESTS_STRUCTURE_EXPECT_NONE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace credo {

// Fails when there are violations, and prints each on a line of its own.
inline void ExpectNone(const std::vector<std::string>& violations) {
  std::string text;
  for (const std::string& violation : violations) text += violation + "\n";
  EXPECT_TRUE(violations.empty()) << text;
}

}  // namespace credo

#endif  // CREDO_TESTS_STRUCTURE_EXPECT_NONE_H_
