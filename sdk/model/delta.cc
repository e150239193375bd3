#include "sdk/model/delta.h"

namespace credo {

void DeltaOptions::Visit(FieldVisitor& v) {
  v.Int("rows", rows, {1, 1024}, "numbers of a key");
  v.Int("width", width, {1, 4096}, "numbers of what is kept under a key");
  v.Real("keep", keep, {-20, 20},
         "added to the gate that keeps before its sigmoid");
  v.Int("value_hidden", value_hidden, kValueHidden, kValueHiddenMeaning);
}

DeltaModel::DeltaModel(const DeltaOptions& given, const MemoryPlace& place)
    : MemoryModel(given),
      key{place.name + ".key", place.hidden, given.rows},
      gates{place.name + ".gates", place.hidden, 2},
      value(place, given.width, given.value_hidden) {
  const int64_t numbers = options.rows * options.width;
  shape.layout.Add("matrix", DType::kF32, {options.rows, options.width});
  shape.shown = numbers;
  shape.query = options.rows;
  shape.read = options.width;
  shape.write_work =
      place.hidden * (options.rows + 2) + value.work() + 3 * numbers;
  shape.read_work = numbers;
}

PartInfo DeltaInfo() {
  return InfoOf<DeltaOptions>("delta", "fast weights under a gated delta rule");
}

}  // namespace credo
