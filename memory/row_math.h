// Loops over a row of numbers that the kernels of memories share, in vectors of
// eight. They are inlined into functions with CREDO_CLONES; GCC 12 makes no
// vectors out of eight partial sums by itself.
//
//   Sum<Real> sum;  // of g v, where g grows by `more`
//   ForRow<Real>(width, [&]<typename Pack>(int64_t i) CREDO_INLINE {
//     At<Pack>(g + i) += At<Pack>(more + i);
//     sum.Add(At<Pack>(g + i) * At<Pack>(v + i));
//   });
#ifndef CREDO_MEMORY_ROW_MATH_H_
#define CREDO_MEMORY_ROW_MATH_H_

#include <cstdint>

// Behind the parameters of a lambda.
#define CREDO_INLINE __attribute__((always_inline))

namespace credo {

inline constexpr int64_t kLanes = 8;

// Numbers side by side, at any address.
template <typename Real>
struct Eight {
  typedef Real Type
      __attribute__((vector_size(kLanes * sizeof(Real)),
                     aligned(alignof(Real)), may_alias));
};

// What is left at the end of a row.
template <typename Real>
struct One {
  typedef Real Type;
};

// The numbers from `place` on as one pack, Eight<Real> or One<Real>.
template <typename Pack, typename Real>
[[gnu::always_inline]] inline typename Pack::Type& At(Real* place) {
  return *reinterpret_cast<typename Pack::Type*>(place);
}
template <typename Pack, typename Real>
[[gnu::always_inline]] inline const typename Pack::Type& At(
    const Real* place) {
  return *reinterpret_cast<const typename Pack::Type*>(place);
}

// Calls `body` with each place of a row where a pack begins.
template <typename Real, typename Body>
[[gnu::always_inline]] inline void ForRow(int64_t size, const Body& body) {
  int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    body.template operator()<Eight<Real>>(i);
  }
  for (; i < size; ++i) body.template operator()<One<Real>>(i);
}

// A sum of packs.
template <typename Real>
class Sum {
 public:
  [[gnu::always_inline]] void Add(const typename Eight<Real>::Type& eight) {
    lanes_ += eight;
  }
  [[gnu::always_inline]] void Add(Real one) { rest_ += one; }

  // Halves are added to halves: a chain of eight additions would take as long
  // as the row.
  [[gnu::always_inline]] Real Total() const {
    typedef Real Half __attribute__((vector_size(4 * sizeof(Real))));
    const Half half = __builtin_shufflevector(lanes_, lanes_, 0, 1, 2, 3) +
                      __builtin_shufflevector(lanes_, lanes_, 4, 5, 6, 7);
    return (half[0] + half[2]) + (half[1] + half[3]) + rest_;
  }

 private:
  typename Eight<Real>::Type lanes_ = {};
  Real rest_ = 0;
};

// sum_i a[i] b[i].
template <typename Real>
[[gnu::always_inline]] inline Real Dot(int64_t size, const Real* a,
                                       const Real* b) {
  Sum<Real> sum;
  ForRow<Real>(size, [&]<typename Pack>(int64_t i) CREDO_INLINE {
    sum.Add(At<Pack>(a + i) * At<Pack>(b + i));
  });
  return sum.Total();
}

// to[i] += factor * from[i].
template <typename Real>
[[gnu::always_inline]] inline void AddScaled(int64_t size, Real factor,
                                             const Real* from, Real* to) {
  ForRow<Real>(size, [&]<typename Pack>(int64_t i) CREDO_INLINE {
    At<Pack>(to + i) += factor * At<Pack>(from + i);
  });
}

}  // namespace credo

#endif  // CREDO_MEMORY_ROW_MATH_H_
