#include "sdk/runtime/query_probe.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace credo::runtime {
namespace {

constexpr int64_t kEmbedding = QueryProbeModel::kEmbedding;

// Where things lie within the scratch, in floats.
struct Places {
  Places(const Memory& memory, int64_t reads) {
    const auto take = [this](int64_t floats) {
      return std::exchange(rest, rest + Padded(floats));
    };
    asked = take(kEmbedding);
    known = take(kEmbedding);
    x = take(kEmbedding);
    queries = take(reads * memory.shape().query);
    inputs = take(reads * memory.shape().read + 2 * kEmbedding);
  }

  int64_t asked, known, x, queries, inputs;
  int64_t rest = 0;
};

}  // namespace

Result<QueryProbe> QueryProbe::Load(const Source& source,
                                    const QueryProbeModel& model,
                                    const Memory& memory) {
  QueryProbe probe;
  probe.elements_ = model.embedding.shape[0];
  probe.reads_ = model.address.out / memory.shape().query;
  CREDO_ASSIGN_OR_RETURN(
      probe.cells_, source.Copy(model.embedding.name, model.embedding.shape));
  CREDO_ASSIGN_OR_RETURN(probe.query_, Linear::Load(source, model.query));
  CREDO_ASSIGN_OR_RETURN(probe.address_, Linear::Load(source, model.address));
  CREDO_ASSIGN_OR_RETURN(probe.belief_, Linear::Load(source, model.belief));
  CREDO_ASSIGN_OR_RETURN(probe.output_, Mlp::Load(source, model.output));
  return probe;
}

int64_t QueryProbe::scratch(const Memory& memory) const {
  return Places(memory, reads_).rest + Padded(output_.out()) +
         std::max(memory.read_scratch(), output_.scratch(1));
}

void QueryProbe::operator()(const Kernels& kernels, const Memory& memory,
                            const float* recurrent, const float* contents,
                            float* scratch, float* out) const {
  const Places at(memory, reads_);
  const FloatRows belief = {const_cast<float*>(recurrent), 0};
  query_(kernels, 1, belief, {scratch + at.asked, 0});
  belief_(kernels, 1, belief, {scratch + at.known, 0});
  float* const inputs = scratch + at.inputs;
  float* const predicted = scratch + at.rest;
  float* const rest = predicted + Padded(output_.out());
  const int64_t read = reads_ * memory.shape().read;
  std::copy_n(scratch + at.known, kEmbedding, inputs + read);
  for (int64_t n = 0; n < elements_; ++n) {
    const float* const cell = cells_.data() + n * kEmbedding;
    for (int64_t i = 0; i < kEmbedding; ++i) {
      scratch[at.x + i] = std::tanh(cell[i] + scratch[at.asked + i]);
    }
    address_(kernels, 1, {scratch + at.x, 0}, {scratch + at.queries, 0});
    memory.Read(kernels, contents, reads_, scratch + at.queries, inputs, rest);
    std::copy_n(cell, kEmbedding, inputs + read + kEmbedding);
    output_(kernels, 1, {inputs, 0}, {predicted, 0}, rest);
    out = std::copy_n(predicted, output_.out(), out);
  }
}

}  // namespace credo::runtime
