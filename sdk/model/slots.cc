#include "sdk/model/slots.h"

namespace credo {

void SlotsOptions::Visit(FieldVisitor& v) {
  v.Int("slots", slots, {1, 4096},
        "rows, one per step; after so many the oldest is overwritten");
  v.Int("width", width, {1, 4096}, "numbers in each row");
  v.Int("key", key, {1, 4096},
        "numbers of a row, from the first, that a query is compared with");
  v.Real("strength", strength, {-20, 20},
         "added to the strength of a query before its softplus");
  v.Int("value_hidden", value_hidden, kValueHidden, kValueHiddenMeaning);
}

std::optional<OptionProblem> SlotsOptions::Check() const {
  if (key <= width) return std::nullopt;
  return OptionProblem{"key", "expected at most width (" +
                                  std::to_string(width) + "), found " +
                                  std::to_string(key)};
}

SlotsModel::SlotsModel(const SlotsOptions& given, const MemoryPlace& place)
    : MemoryModel(given), value(place, given.width, given.value_hidden) {
  const int64_t numbers = options.slots * options.width;
  shape.layout.Add("rows", DType::kF32, {options.slots, options.width});
  shape.layout.Add("count", DType::kF32, {2});
  shape.shown = numbers;
  shape.query = options.key + 1;
  shape.read = options.width;
  shape.write_work = value.work();
  shape.read_work = numbers + 2 * options.slots * options.key;
}

PartInfo SlotsInfo() {
  return InfoOf<SlotsOptions>("slots",
                              "a row per step, found again by content");
}

}  // namespace credo
