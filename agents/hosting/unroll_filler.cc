#include "agents/hosting/unroll_filler.h"

#include <torch/types.h>

#include <algorithm>
#include <cstring>

namespace credo {

void UnrollFiller::Add(const Experience& source,
                       const Experience::Filled& filled,
                       const at::Tensor& carried) {
  const Column& column = filled.column;
  const ColumnLayout& layout = column.layout();
  const int64_t b = used_++;
  for (int64_t t = 0; t <= unroll_.steps; ++t) {
    const RecordRows rows = unroll_.Rows(t, b);
    for (size_t i = 0; i < rows.observations.size(); ++i) {
      std::memcpy(rows.observations[i], column.observation(t, i),
                  static_cast<size_t>(layout.sizes[i]));
    }
    *rows.reward = column.reward(t);
    *rows.kind = column.kind(t);
    if (rows.mask != nullptr) {
      std::copy_n(column.mask(t), layout.choices, rows.mask);
    }
    const int64_t record = t * unroll_.columns + b;
    std::copy_n(column.action(t), layout.words,
                unroll_.actions.data_ptr<float>() + record * layout.words);
    unroll_.log_probabilities.data_ptr<float>()[record] =
        column.log_probability(t);
  }
  const Row row(&source, filled.row);
  const bool is_new = std::ranges::find(rows_, row) == rows_.end();
  rows_.push_back(row);
  const auto before = columns_.find(row);
  at::Tensor state = unroll_.state[b];
  if (carries_ && filled.follows && is_new && before != columns_.end()) {
    state.copy_(carried[before->second]);
  } else {
    std::memcpy(state.mutable_data_ptr(), column.state(),
                static_cast<size_t>(state.nbytes()));
  }
}

void UnrollFiller::Learned() {
  columns_.clear();
  for (size_t b = 0; b < rows_.size(); ++b) {
    columns_[rows_[b]] = static_cast<int64_t>(b);
  }
  rows_.clear();
  used_ = 0;
}

void UnrollFiller::Drop() {
  columns_.clear();
  rows_.clear();
  used_ = 0;
}

}  // namespace credo
