#include "tests/oracles/matrix.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/oracles/draws.h"
#include "tests/oracles/expect_near.h"

namespace credo::oracle {
namespace {

TEST(Matrix, ProductsAreThoseOfTheBook) {
  const Matrix a = {{1, 2, 3}, {4, 5, 6}};
  ExpectNear(Product(a, Transpose(a)), Matrix{{14, 32}, {32, 77}}, 0);
  const Vector column = {1, 0, -1};
  ExpectNear(Product(a, column), Vector{-2, -2}, 0);
  const Vector row = {1, -1};
  ExpectNear(Product(row, a), Vector{-3, -3, -3}, 0);
}

TEST(Matrix, DeterminantKnowsItsSign) {
  EXPECT_NEAR(Determinant({{0, 2}, {3, 4}}), -6, 1e-15);
  EXPECT_NEAR(Determinant({{2, 0, 1}, {1, 3, 2}, {1, 1, 4}}), 18, 1e-14);
  EXPECT_EQ(Determinant({{1, 2}, {2, 4}}), 0);
}

TEST(Matrix, InverseUndoes) {
  const Matrix a = Draws(1).Next(7, 7);
  ExpectNear(Product(a, Inverse(a)), Identity(7), 1e-13);
  ExpectNear(Product(Inverse(a), a), Identity(7), 1e-13);
}

TEST(Matrix, InverseExchangesRows) {
  ExpectNear(Inverse({{0, 2}, {4, 0}}), Matrix{{0, .25}, {.5, 0}}, 0);
}

TEST(Matrix, SingularHasNoInverse) {
  EXPECT_THROW(Inverse({{1, 2}, {2, 4}}), std::domain_error);
}

TEST(Matrix, EigenvaluesOfTwoByTwo) {
  ExpectNear(SymmetricEigenvalues({{2, 1}, {1, 2}}), {1, 3}, 1e-15);
  ExpectNear(SymmetricEigenvalues({{1, 2}, {2, 1}}), {-1, 3}, 1e-15);
  ExpectNear(SymmetricEigenvalues({{3, 0}, {0, -1}}), {-1, 3}, 0);
}

TEST(Matrix, EigenvaluesHaveTheTraceAndTheDeterminant) {
  const Matrix half = Draws(2).Next(6, 6);
  const Matrix a = Sum(half, Transpose(half));
  double sum = 0;
  double product = 1;
  double squares = 0;
  for (const double eigenvalue : SymmetricEigenvalues(a)) {
    sum += eigenvalue;
    product *= eigenvalue;
    squares += eigenvalue * eigenvalue;
  }
  EXPECT_NEAR(sum, Trace(a), 1e-13);
  EXPECT_NEAR(product, Determinant(a), 1e-12);
  EXPECT_NEAR(squares, Trace(Product(a, a)), 1e-12);
}

}  // namespace
}  // namespace credo::oracle
