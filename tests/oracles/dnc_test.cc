#include "tests/oracles/dnc.h"

#include <gtest/gtest.h>

#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(Dnc, AllocatesTheLeastUsed) {
  ExpectNear(Allocation({.9, .2, .5}), {.01, .8, .1}, 1e-12);
  ExpectNear(Allocation({1, 1, 1}), {0, 0, 0}, 0);
  ExpectNear(Allocation({0, .5, .5}), {1, 0, 0}, 0);
}

TEST(Dnc, RetroactiveWeightsFade) {
  const Vector first = Retroactive({0, 0, 0, 0}, {1, 0, 0, 0}, .5);
  ExpectNear(first, {.5, 0, 0, 0}, 0);
  ExpectNear(Retroactive(first, {0, 1, 0, 0}, .5), {.25, .5, 0, 0}, 0);
}

}  // namespace
}  // namespace credo::oracle
