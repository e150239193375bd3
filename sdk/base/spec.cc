#include "sdk/base/spec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "sdk/base/number_text.h"

namespace credo {
namespace {

// What one row of one character may hold; far beyond any frame, and small
// enough that products with it stay in range.
constexpr int64_t kMaxElements = int64_t{1} << 30;
// Indices are kept in f32 words, which are exact up to here.
constexpr int64_t kMaxChoices = int64_t{1} << 24;

// a + b for counts, stopped at kManyElements.
int64_t AddCounts(int64_t a, int64_t b) {
  if (b <= 0) return a;
  return b > kManyElements - a ? kManyElements : a + b;
}

std::string RangeText(double low, double high) {
  std::string text = "[";
  text += NumberText(low);
  text += ", ";
  text += NumberText(high);
  return text += "]";
}

Status CheckName(const std::string& what, const std::string& name) {
  bool good = !name.empty();
  for (const char c : name) {
    good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '.');
  }
  if (good) return OkStatus();
  return InvalidArgument(what +
                         ": name: expected one or more of a-z, 0-9, '_' and "
                         "'.', found '" +
                         name + "'");
}

Status CheckSizes(const Shape& shape) {
  for (const int64_t size : shape) {
    if (size < 1) {
      return InvalidArgument("shape: expected sizes of at least 1, found " +
                             ShapeText(shape));
    }
  }
  if (ElementCount(shape) > kMaxElements) {
    return InvalidArgument("shape: expected at most " +
                           std::to_string(kMaxElements) + " elements, found " +
                           ShapeText(shape));
  }
  return OkStatus();
}

Status CheckRange(const ObservationSpec& spec) {
  const std::string found = RangeText(spec.low, spec.high);
  switch (spec.kind) {
    case ObservationKind::kPicture:
      if (spec.low == 0 && spec.high == 255) return OkStatus();
      return InvalidArgument("range: expected [0, 255] for a picture, found " +
                             found);
    case ObservationKind::kTiles:
      if (spec.low == 0 && spec.high >= 0 && spec.high <= 255 &&
          spec.high == std::floor(spec.high)) {
        return OkStatus();
      }
      return InvalidArgument(
          "range: expected [0, categories - 1] with 1 to 256 categories for "
          "tiles, found " +
          found);
    case ObservationKind::kVector:
      if (spec.low < spec.high) return OkStatus();
      return InvalidArgument("range: expected low < high, found " + found);
  }
  return InvalidArgument("kind: expected picture, tiles or vector");
}

Status CheckObservation(const ObservationSpec& spec) {
  if (spec.kind == ObservationKind::kPicture && spec.shape.size() != 3) {
    return InvalidArgument(
        "shape: expected [height, width, channels] for a picture, found " +
        ShapeText(spec.shape));
  }
  CREDO_RETURN_IF_ERROR(CheckSizes(spec.shape));
  return CheckRange(spec);
}

Status CheckDiscrete(const ActionField& field) {
  if (field.choices.empty()) {
    return InvalidArgument("choices: expected at least one factor, found none");
  }
  for (const int64_t choices : field.choices) {
    if (choices < 1 || choices > kMaxChoices) {
      return InvalidArgument("choices: expected 1 to " +
                             std::to_string(kMaxChoices) + ", found " +
                             ShapeText(field.choices));
    }
  }
  if (field.dimensions != 0 || field.low != -1 || field.high != 1) {
    return InvalidArgument(
        "a discrete field has neither dimensions nor a range; found " +
        std::to_string(field.dimensions) + " dimensions within " +
        RangeText(field.low, field.high));
  }
  return OkStatus();
}

Status CheckContinuous(const ActionField& field) {
  if (field.dimensions < 1 || field.dimensions > kMaxElements) {
    return InvalidArgument("dimensions: expected 1 to " +
                           std::to_string(kMaxElements) + ", found " +
                           std::to_string(field.dimensions));
  }
  // An action is handed over in f32.
  const double most = std::numeric_limits<float>::max();
  if (!(field.low >= -most && field.low < field.high && field.high <= most)) {
    return InvalidArgument("range: expected finite low < high, found " +
                           RangeText(field.low, field.high));
  }
  if (!field.choices.empty()) {
    return InvalidArgument("a continuous field has no choices; found " +
                           ShapeText(field.choices));
  }
  return OkStatus();
}

}  // namespace

int64_t DTypeSize(DType type) {
  switch (type) {
    case DType::kU8:
    case DType::kI8: return 1;
    case DType::kI32: return 4;
    case DType::kI64: return 8;
    case DType::kF32: return 4;
    case DType::kF64: return 8;
  }
  return 0;
}

const char* DTypeName(DType type) {
  switch (type) {
    case DType::kU8: return "U8";
    case DType::kI8: return "I8";
    case DType::kI32: return "I32";
    case DType::kI64: return "I64";
    case DType::kF32: return "F32";
    case DType::kF64: return "F64";
  }
  return "";
}

float FiniteBound(double bound) {
  constexpr double kMost = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(bound, -kMost, kMost));
}

int64_t ElementCount(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    if (size <= 0) return 0;
    count = count > kManyElements / size ? kManyElements : count * size;
  }
  return count;
}

std::string ShapeText(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

ObservationSpec ObservationSpec::Picture(std::string name, int64_t height,
                                         int64_t width, int64_t channels) {
  ObservationSpec spec;
  spec.name = std::move(name);
  spec.kind = ObservationKind::kPicture;
  spec.shape = {height, width, channels};
  spec.low = 0;
  spec.high = 255;
  return spec;
}

ObservationSpec ObservationSpec::Tiles(std::string name, Shape shape,
                                       int64_t categories) {
  ObservationSpec spec;
  spec.name = std::move(name);
  spec.kind = ObservationKind::kTiles;
  spec.shape = std::move(shape);
  spec.low = 0;
  spec.high = static_cast<double>(categories) - 1;
  return spec;
}

ObservationSpec ObservationSpec::Vector(std::string name, Shape shape,
                                        double low, double high) {
  ObservationSpec spec;
  spec.name = std::move(name);
  spec.kind = ObservationKind::kVector;
  spec.shape = std::move(shape);
  spec.low = low;
  spec.high = high;
  return spec;
}

ObservationSpec ObservationSpec::Privileged() const {
  ObservationSpec spec = *this;
  spec.privileged = true;
  return spec;
}

ActionField ActionField::Discrete(std::string name, int64_t choices) {
  return MultiDiscrete(std::move(name), {choices});
}

ActionField ActionField::MultiDiscrete(std::string name,
                                       std::vector<int64_t> choices) {
  ActionField field;
  field.name = std::move(name);
  field.kind = Kind::kDiscrete;
  field.choices = std::move(choices);
  return field;
}

ActionField ActionField::Continuous(std::string name, int64_t dimensions,
                                    double low, double high) {
  ActionField field;
  field.name = std::move(name);
  field.kind = Kind::kContinuous;
  field.dimensions = dimensions;
  field.low = low;
  field.high = high;
  return field;
}

int64_t ActionField::choice_count() const {
  int64_t sum = 0;
  if (kind != Kind::kDiscrete) return sum;
  for (const int64_t count : choices) sum = AddCounts(sum, count);
  return sum;
}

int64_t ActionSpec::words() const {
  int64_t words = 0;
  for (const ActionField& field : fields) {
    words = AddCounts(words, field.words());
  }
  return words;
}

int64_t ActionSpec::choices() const {
  int64_t sum = 0;
  for (const ActionField& field : fields) {
    sum = AddCounts(sum, field.choice_count());
  }
  return sum;
}

int EnvironmentSpec::IndexOf(const std::string& observation) const {
  for (size_t i = 0; i < observations.size(); ++i) {
    if (observations[i].name == observation) return static_cast<int>(i);
  }
  return -1;
}

Status CheckActionSpec(const ActionSpec& spec) {
  if (spec.fields.empty()) {
    return InvalidArgument("action: expected at least one field, found none");
  }
  std::set<std::string> names;
  for (const ActionField& field : spec.fields) {
    CREDO_RETURN_IF_ERROR(CheckName("action", field.name));
    const std::string place = "action '" + field.name + "'";
    if (!names.insert(field.name).second) {
      return InvalidArgument(place +
                             ": expected names that differ, found it twice");
    }
    const Status status = field.kind == ActionField::Kind::kDiscrete
                              ? CheckDiscrete(field)
                              : CheckContinuous(field);
    if (!status.ok()) return status.At(place);
  }
  if (AddCounts(spec.words(), spec.choices()) > kMaxElements) {
    return InvalidArgument("action: expected at most " +
                           std::to_string(kMaxElements) +
                           " words and choices in all, found " +
                           std::to_string(spec.words()) + " words and " +
                           std::to_string(spec.choices()) + " choices");
  }
  if (spec.has_mask && spec.choices() == 0) {
    return InvalidArgument(
        "action: a mask expects a discrete field, found none");
  }
  return OkStatus();
}

Status CheckSpec(const EnvironmentSpec& spec) {
  CREDO_RETURN_IF_ERROR(CheckName("environment", spec.name));
  std::set<std::string> names;
  bool visible = false;
  for (const ObservationSpec& observation : spec.observations) {
    CREDO_RETURN_IF_ERROR(CheckName("observation", observation.name));
    const std::string place = "observation '" + observation.name + "'";
    if (!names.insert(observation.name).second) {
      return InvalidArgument(place +
                             ": expected names that differ, found it twice");
    }
    const Status status = CheckObservation(observation);
    if (!status.ok()) return status.At(place);
    visible = visible || !observation.privileged;
  }
  if (!visible) {
    return InvalidArgument(
        "observations: expected at least one that is not privileged, found "
        "none");
  }
  CREDO_RETURN_IF_ERROR(CheckActionSpec(spec.action));
  if (!(spec.seconds_per_step > 0 && std::isfinite(spec.seconds_per_step))) {
    return InvalidArgument(
        "seconds_per_step: expected a finite number above 0, found " +
        NumberText(spec.seconds_per_step));
  }
  return OkStatus();
}

}  // namespace credo
