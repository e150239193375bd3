// The layout of a belief state: one flat row per character, the same bytes in
// trainer, runtime, checkpoint and save file.
#ifndef CREDO_SDK_BASE_STATE_LAYOUT_H_
#define CREDO_SDK_BASE_STATE_LAYOUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

struct StateField {
  std::string name;   // "core.h"
  DType type = DType::kF32;
  Shape shape;        // of one character
  int64_t offset = 0; // bytes from the start of the row, a multiple of 64
};

// Fields in the order in which they were added, each 64-byte aligned, the row
// too. All zero bytes are the initial state of every field.
class StateLayout {
 public:
  // Adds a field at the end. REQUIRES: the name is new, the sizes at least 1.
  void Add(std::string name, DType type, Shape shape);
  // Adds the fields of `other`, with "`prefix`." before their names.
  void Append(const std::string& prefix, const StateLayout& other);

  const std::vector<StateField>& fields() const { return fields_; }
  int64_t bytes() const { return bytes_; }
  int64_t floats() const { return bytes_ / 4; }
  // A hash of names, types, shapes and offsets: equal layouts, equal hashes.
  uint64_t hash() const;
  // The field of this name, or null.
  const StateField* Find(const std::string& name) const;

 private:
  std::vector<StateField> fields_;
  int64_t bytes_ = 0;
};

}  // namespace credo

#endif  // CREDO_SDK_BASE_STATE_LAYOUT_H_
