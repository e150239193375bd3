#include "sdk/base/state_layout.h"

#include <stdexcept>
#include <utility>

#include "sdk/base/hash.h"

namespace credo {
namespace {

constexpr int64_t kAlignment = 64;
// Larger rows are a mistake, and keep all sums of bytes in range.
constexpr int64_t kMaxBytes = int64_t{1} << 40;

}  // namespace

void StateLayout::Add(std::string name, DType type, Shape shape) {
  if (name.empty()) {
    throw std::invalid_argument("state field: expected a name, found none");
  }
  if (Find(name) != nullptr) {
    throw std::invalid_argument("state field '" + name +
                                "': expected a new name, found it twice");
  }
  const int64_t elements = ElementCount(shape);
  if (elements < 1 || elements > kMaxBytes) {
    throw std::invalid_argument("state field '" + name +
                                "': expected sizes of at least 1 that fit in "
                                "memory, found " +
                                ShapeText(shape));
  }
  const int64_t bytes = elements * DTypeSize(type);
  StateField field{std::move(name), type, std::move(shape), bytes_};
  fields_.push_back(std::move(field));
  bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

void StateLayout::Append(const std::string& prefix, const StateLayout& other) {
  // A copy, as `other` may be this layout.
  const std::vector<StateField> fields = other.fields_;
  for (const StateField& field : fields) {
    Add(prefix + "." + field.name, field.type, field.shape);
  }
}

uint64_t StateLayout::hash() const {
  // Lengths go first, so that no two layouts spell the same text.
  std::string text;
  const auto add_number = [&text](int64_t number) {
    text += std::to_string(number);
    text += ' ';
  };
  for (const StateField& field : fields_) {
    add_number(static_cast<int64_t>(field.name.size()));
    text += field.name;
    text += DTypeName(field.type);
    text += ' ';
    add_number(static_cast<int64_t>(field.shape.size()));
    for (const int64_t size : field.shape) add_number(size);
    add_number(field.offset);
  }
  return Hash64(text.data(), text.size());
}

const StateField* StateLayout::Find(const std::string& name) const {
  for (const StateField& field : fields_) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

}  // namespace credo
