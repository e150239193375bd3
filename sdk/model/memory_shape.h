// What a memory is to those around it, in trainer and runtime alike.
#ifndef CREDO_SDK_MODEL_MEMORY_SHAPE_H_
#define CREDO_SDK_MODEL_MEMORY_SHAPE_H_

#include <cstdint>
#include <string>

#include "sdk/base/state_layout.h"
#include "sdk/model/layers.h"
#include "sdk/model/options.h"

namespace credo {

// What a memory is made for.
struct MemoryPlace {
  std::string name;      // of its parameters: "agent.core.memory"
  int64_t encoding = 0;  // E, numbers of an encoding
  int64_t hidden = 0;    // H, units of the core's hidden state
};

// Sizes of one character's memory. The contents of all zeros are those before
// an episode: a memory that opens with something learned keeps what differs
// from it.
struct MemoryShape {
  StateLayout layout;  // f32 fields, in the order of the contents' columns
  int64_t shown = 0;   // columns, from the first, that a belief may show
  int64_t query = 0;   // numbers of a query; 0: there is nothing to read
  int64_t read = 0;    // numbers that reading returns
  // Multiplications of one write and of one read, linear layers included.
  int64_t write_work = 0;
  int64_t read_work = 0;

  // M, of all fields without padding.
  int64_t numbers() const {
    int64_t numbers = 0;
    for (const StateField& field : layout.fields()) {
      numbers += ElementCount(field.shape);
    }
    return numbers;
  }
};

// What every memory is made of: its options and what follows from them.
template <typename MemoryOptions>
struct MemoryModel {
  using OptionsType = MemoryOptions;
  explicit MemoryModel(const MemoryOptions& options) : options(options) {}

  MemoryOptions options;
  MemoryShape shape;
};

// What most memories write: a linear map of the encoding, and with `hidden`
// units an MLP of encoding and hidden state beside it. "NAME.value" and
// "NAME.value_mlp".
struct WrittenValue {
  WrittenValue() = default;
  WrittenValue(const MemoryPlace& place, int64_t width, int64_t hidden)
      : linear{place.name + ".value", place.encoding, width} {
    if (hidden > 0) {
      mlp = {place.name + ".value_mlp",
             place.encoding + place.hidden,
             {hidden, width}};
    }
  }

  bool sees_hidden() const { return !mlp.sizes.empty(); }
  int64_t width() const { return linear.out; }
  int64_t work() const {
    return linear.in * linear.out +
           (sees_hidden() ? mlp.sizes[0] * (mlp.in + linear.out) : 0);
  }

  LinearSpec linear;
  MlpSpec mlp;  // without layers when there is none
};

inline constexpr IntRange kValueHidden = {0, 4096};
inline constexpr char kValueHiddenMeaning[] =
    "units of the layer that adds the hidden state to what is written; 0 "
    "writes a linear map of the encoding alone";

}  // namespace credo

#endif  // CREDO_SDK_MODEL_MEMORY_SHAPE_H_
