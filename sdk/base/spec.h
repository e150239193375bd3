// What a world shows and what it accepts: named, typed, ranged.
//
// A spec is data. It is written into the model file, and a host whose spec
// differs is refused by the name of the field that differs.
#ifndef CREDO_SDK_BASE_SPEC_H_
#define CREDO_SDK_BASE_SPEC_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sdk/base/status.h"

namespace credo {

enum class DType : uint8_t { kU8, kI8, kI32, kI64, kF32, kF64 };

// Bytes of one element.
int64_t DTypeSize(DType type);
// As safetensors spells it: "U8", "I8", "I32", "I64", "F32", "F64".
const char* DTypeName(DType type);

using Shape = std::vector<int64_t>;

// The product of the sizes; 1 for a scalar, 0 when a size is 0 or less. It
// never overflows: it stops at kManyElements, more than any memory holds.
inline constexpr int64_t kManyElements = int64_t{1} << 56;
int64_t ElementCount(const Shape& shape);
// A bound as f32; the largest finite floats stand for infinite ones, as values
// are finite.
float FiniteBound(double bound);
// "[3, 3]"
std::string ShapeText(const Shape& shape);

// How the numbers of an observation are meant, which decides how an encoder
// reads them and how a frame model scores them.
enum class ObservationKind : uint8_t {
  kPicture,  // u8 [H, W, C], intensities 0..255: Gaussian
  kTiles,    // u8 of any shape, category numbers 0..high: categorical
  kVector,   // f32 of any shape, within [low, high] (may be infinite): Gaussian
};

struct ObservationSpec {
  std::string name;
  ObservationKind kind = ObservationKind::kVector;
  Shape shape;
  // Inclusive bounds. Pictures: 0 and 255. Tiles: 0 and categories - 1.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  // Ground truth that probes may read and agents never.
  bool privileged = false;

  DType dtype() const {
    return kind == ObservationKind::kVector ? DType::kF32 : DType::kU8;
  }
  int64_t elements() const { return ElementCount(shape); }
  int64_t bytes() const { return elements() * DTypeSize(dtype()); }
  // Tiles only: the number of categories, 1 to 256.
  int64_t categories() const { return static_cast<int64_t>(high) + 1; }
  // Numbers of it in a network, read or predicted: one per tile and category,
  // else one per element.
  int64_t numbers() const {
    return kind == ObservationKind::kTiles ? elements() * categories()
                                           : elements();
  }

  static ObservationSpec Picture(std::string name, int64_t height,
                                 int64_t width, int64_t channels);
  static ObservationSpec Tiles(std::string name, Shape shape,
                               int64_t categories);
  static ObservationSpec Vector(std::string name, Shape shape, double low,
                                double high);
  ObservationSpec Privileged() const;  // a copy that agents never see

  friend bool operator==(const ObservationSpec&,
                         const ObservationSpec&) = default;
};

// One named part of an action. A character's action is all of its fields.
//
// An action is kept as one row of f32 "words": one word per factor of a
// discrete field (the index, exact below 2^24), one per dimension of a
// continuous field (in units where low is -1 and high is +1).
struct ActionField {
  enum class Kind : uint8_t { kDiscrete, kContinuous };

  std::string name;
  Kind kind = Kind::kDiscrete;
  // Discrete: the number of choices of each factor; more than one factor makes
  // the field multi-discrete.
  std::vector<int64_t> choices;
  // Continuous: number of dimensions and the bounds of each of them.
  int64_t dimensions = 0;
  double low = -1;
  double high = 1;

  int64_t words() const {
    return kind == Kind::kDiscrete ? static_cast<int64_t>(choices.size())
                                   : dimensions;
  }
  // The sum of the choices of all factors; 0 when continuous.
  int64_t choice_count() const;
  // Numbers of a policy head: a logit per choice, or a mean and a log standard
  // deviation per dimension.
  int64_t parameters() const {
    return kind == Kind::kDiscrete ? choice_count() : 2 * dimensions;
  }

  static ActionField Discrete(std::string name, int64_t choices);
  static ActionField MultiDiscrete(std::string name,
                                   std::vector<int64_t> choices);
  static ActionField Continuous(std::string name, int64_t dimensions,
                                double low, double high);

  friend bool operator==(const ActionField&, const ActionField&) = default;
};

struct ActionSpec {
  std::vector<ActionField> fields;
  // True when the world says at each record which discrete choices are legal:
  // u8 [choices()], 1 for legal, fields and factors in order.
  bool has_mask = false;

  int64_t words() const;    // f32 words of one action
  int64_t choices() const;  // sum of the choices of all discrete factors

  friend bool operator==(const ActionSpec&, const ActionSpec&) = default;
};

struct EnvironmentSpec {
  std::string name;
  std::vector<ObservationSpec> observations;
  ActionSpec action;
  // Game seconds between two decisions.
  double seconds_per_step = 1.0;

  // The index of an observation, or -1.
  int IndexOf(const std::string& observation) const;

  friend bool operator==(const EnvironmentSpec&,
                         const EnvironmentSpec&) = default;
};

// Names are unique and made of a-z, 0-9, "_" and "."; sizes are at least 1, an
// observation has at most 2^30 elements, ranges are ordered (low < high; those
// of actions are finite), at least one observation is not privileged, there is
// at least one action word. Fails with kInvalidArgument that names the field.
Status CheckSpec(const EnvironmentSpec& spec);

// The part of CheckSpec that is about the action.
Status CheckActionSpec(const ActionSpec& spec);

}  // namespace credo

#endif  // CREDO_SDK_BASE_SPEC_H_
