#include "sdk/model/addressed.h"

namespace credo {

void AddressedOptions::Visit(FieldVisitor& v) {
  v.Int("slots", slots, {1, 4096}, "number of slots");
  v.Int("width", width, {1, 4096}, "numbers in each slot");
  v.Real("sharpness", sharpness, {0.01, 100},
         "factor on the logits of an address");
  v.Int("value_hidden", value_hidden, kValueHidden, kValueHiddenMeaning);
}

AddressedModel::AddressedModel(const AddressedOptions& given,
                               const MemoryPlace& place)
    : MemoryModel(given),
      address{place.name + ".address", place.hidden, given.slots},
      value(place, given.width, given.value_hidden) {
  const int64_t numbers = options.slots * options.width;
  shape.layout.Add("slots", DType::kF32, {options.slots, options.width});
  shape.shown = numbers;
  shape.query = options.slots;
  shape.read = options.width;
  shape.write_work = address.in * address.out + value.work() + numbers;
  shape.read_work = numbers;
}

PartInfo AddressedInfo() {
  return InfoOf<AddressedOptions>("addressed",
                                  "slots written and read by a soft address");
}

}  // namespace credo
