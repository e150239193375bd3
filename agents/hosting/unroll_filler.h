// Lays columns of a host's experience side by side in an unroll.
#ifndef CREDO_AGENTS_HOSTING_UNROLL_FILLER_H_
#define CREDO_AGENTS_HOSTING_UNROLL_FILLER_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "agents/acting/unroll.h"
#include "agents/hosting/experience.h"

namespace credo {

class UnrollFiller {
 public:
  // With `carries` a column that follows one of the unroll before opens with
  // the state that the learner carried out of that, as in a run of `credo
  // train` whose actions are scripted; else with the state that the host had.
  UnrollFiller(Unroll& unroll, bool carries)
      : unroll_(unroll), carries_(carries) {}

  bool full() const { return used_ == unroll_.columns; }
  // Copies a column. `carried` [B, S]: what the learner carried out of the
  // unroll before.
  void Add(const Experience& source, const Experience::Filled& filled,
           const at::Tensor& carried);
  // The unroll was learned from; the next one begins.
  void Learned();
  // The columns so far are not learned from.
  void Drop();

 private:
  using Row = std::pair<const Experience*, int32_t>;

  Unroll& unroll_;
  bool carries_;
  int64_t used_ = 0;
  std::vector<Row> rows_;           // of the columns so far
  std::map<Row, int64_t> columns_;  // of the unroll before, by row; the last
};

}  // namespace credo

#endif  // CREDO_AGENTS_HOSTING_UNROLL_FILLER_H_
