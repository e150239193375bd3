// A small matrix of doubles and the algebra that the oracles need.
//
// Every loop is the plain textbook one. Oracles are slow and easy to check.
#ifndef CREDO_TESTS_ORACLES_MATRIX_H_
#define CREDO_TESTS_ORACLES_MATRIX_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <utility>
#include <vector>

namespace credo::oracle {

using Vector = std::vector<double>;

// Row after row.
struct Matrix {
  Matrix() = default;
  Matrix(size_t row_count, size_t column_count)
      : rows(row_count), cols(column_count), values(rows * cols, 0.0) {}
  Matrix(size_t row_count, size_t column_count, Vector numbers)
      : rows(row_count), cols(column_count), values(std::move(numbers)) {
    Check(values.size() == rows * cols);
  }
  // Matrix{{1, 2}, {3, 4}} has the rows (1, 2) and (3, 4).
  Matrix(std::initializer_list<std::initializer_list<double>> lines)
      : rows(lines.size()), cols(rows == 0 ? 0 : lines.begin()->size()) {
    for (const std::initializer_list<double>& line : lines) {
      Check(line.size() == cols);
      values.insert(values.end(), line.begin(), line.end());
    }
  }

  double& operator()(size_t i, size_t j) { return values[i * cols + j]; }
  double operator()(size_t i, size_t j) const { return values[i * cols + j]; }

  Vector Row(size_t i) const {
    Vector row(cols);
    for (size_t j = 0; j < cols; ++j) row[j] = (*this)(i, j);
    return row;
  }

  size_t rows = 0;
  size_t cols = 0;
  Vector values;

 private:
  static void Check(bool right) {
    if (!right) throw std::invalid_argument("wrong number of entries");
  }
};

// --- Vectors ---

inline double Dot(const Vector& a, const Vector& b) {
  if (a.size() != b.size()) throw std::invalid_argument("lengths differ");
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline double Length(const Vector& a) { return std::sqrt(Dot(a, a)); }

// --- Products ---

inline Matrix Identity(size_t n, double diagonal = 1.0) {
  Matrix result(n, n);
  for (size_t i = 0; i < n; ++i) result(i, i) = diagonal;
  return result;
}

inline Matrix Transpose(const Matrix& a) {
  Matrix result(a.cols, a.rows);
  for (size_t i = 0; i < a.rows; ++i) {
    for (size_t j = 0; j < a.cols; ++j) result(j, i) = a(i, j);
  }
  return result;
}

inline Matrix Product(const Matrix& a, const Matrix& b) {
  if (a.cols != b.rows) throw std::invalid_argument("shapes do not match");
  Matrix result(a.rows, b.cols);
  for (size_t i = 0; i < a.rows; ++i) {
    for (size_t j = 0; j < b.cols; ++j) {
      for (size_t k = 0; k < a.cols; ++k) result(i, j) += a(i, k) * b(k, j);
    }
  }
  return result;
}

// A x, for a column x.
inline Vector Product(const Matrix& a, const Vector& x) {
  Vector result(a.rows);
  for (size_t i = 0; i < a.rows; ++i) result[i] = Dot(a.Row(i), x);
  return result;
}

// x A, for a row x.
inline Vector Product(const Vector& x, const Matrix& a) {
  if (x.size() != a.rows) throw std::invalid_argument("shapes do not match");
  Vector result(a.cols, 0.0);
  for (size_t i = 0; i < a.rows; ++i) {
    for (size_t j = 0; j < a.cols; ++j) result[j] += x[i] * a(i, j);
  }
  return result;
}

// a + factor * b.
inline Matrix Sum(const Matrix& a, const Matrix& b, double factor = 1.0) {
  if (a.rows != b.rows || a.cols != b.cols) {
    throw std::invalid_argument("shapes do not match");
  }
  Matrix result = a;
  for (size_t i = 0; i < a.values.size(); ++i) {
    result.values[i] += factor * b.values[i];
  }
  return result;
}

inline double Trace(const Matrix& a) {
  double sum = 0;
  for (size_t i = 0; i < a.rows; ++i) sum += a(i, i);
  return sum;
}

// --- Gauss-Jordan elimination, with row exchanges ---

struct Elimination {
  Matrix inverse;  // nothing of use when the determinant is 0
  double determinant;
};

inline Elimination Eliminate(Matrix a) {
  if (a.rows != a.cols) throw std::invalid_argument("not a square matrix");
  const size_t n = a.rows;
  Elimination result = {Identity(n), 1.0};
  Matrix& inverse = result.inverse;
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;  // the row with the largest entry of the column
    for (size_t i = k + 1; i < n; ++i) {
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    }
    result.determinant *= a(pivot, k);
    if (a(pivot, k) == 0) return result;
    if (pivot != k) {
      result.determinant = -result.determinant;
      for (size_t j = 0; j < n; ++j) {
        std::swap(a(k, j), a(pivot, j));
        std::swap(inverse(k, j), inverse(pivot, j));
      }
    }
    const double scale = a(k, k);
    for (size_t j = 0; j < n; ++j) {
      a(k, j) /= scale;
      inverse(k, j) /= scale;
    }
    for (size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a(i, k);
      for (size_t j = 0; j < n; ++j) {
        a(i, j) -= factor * a(k, j);
        inverse(i, j) -= factor * inverse(k, j);
      }
    }
  }
  return result;
}

inline double Determinant(const Matrix& a) { return Eliminate(a).determinant; }

inline Matrix Inverse(const Matrix& a) {
  const Elimination elimination = Eliminate(a);
  if (elimination.determinant == 0) throw std::domain_error("singular");
  return elimination.inverse;
}

// --- Eigenvalues of a symmetric matrix, the smallest first ---

// Jacobi: rotate pairs of axes until nothing is left beside the diagonal.
inline Vector SymmetricEigenvalues(Matrix a) {
  const size_t n = a.rows;
  for (int sweep = 0; sweep < 100; ++sweep) {
    double beside = 0;
    double all = 0;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        all += a(i, j) * a(i, j);
        if (i != j) beside += a(i, j) * a(i, j);
      }
    }
    if (beside <= 1e-32 * all) break;
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) {
        if (a(p, q) == 0) continue;
        // The smaller root t of t^2 + 2 theta t - 1 = 0 makes a(p, q) vanish.
        const double theta = (a(q, q) - a(p, p)) / (2 * a(p, q));
        const double t = std::copysign(1.0, theta) /
                         (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::hypot(t, 1.0);
        const double s = t * c;
        for (size_t k = 0; k < n; ++k) {
          const double kp = a(k, p);
          const double kq = a(k, q);
          a(k, p) = c * kp - s * kq;
          a(k, q) = s * kp + c * kq;
        }
        for (size_t k = 0; k < n; ++k) {
          const double pk = a(p, k);
          const double qk = a(q, k);
          a(p, k) = c * pk - s * qk;
          a(q, k) = s * pk + c * qk;
        }
      }
    }
  }
  Vector eigenvalues(n);
  for (size_t i = 0; i < n; ++i) eigenvalues[i] = a(i, i);
  std::ranges::sort(eigenvalues);
  return eigenvalues;
}

}  // namespace credo::oracle

#endif  // CREDO_TESTS_ORACLES_MATRIX_H_
