// The contract of a memory in the runtime: the twin of memory/memory.h.
#ifndef CREDO_SDK_RUNTIME_MEMORY_H_
#define CREDO_SDK_RUNTIME_MEMORY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "sdk/base/state_layout.h"
#include "sdk/base/status.h"
#include "sdk/runtime/layers.h"
#include "sdk/runtime/options.h"

namespace credo::runtime {

class Memory {
 public:
  virtual ~Memory() = default;

  // The fields of one character. Contents are given by the address of the first
  // of them within the character's state.
  virtual const StateLayout& layout() const = 0;
  // How many numbers, from the first, the belief shows.
  virtual int64_t shown() const = 0;
  virtual int64_t scratch(int64_t rows) const = 0;

  // One write. `encoded` and `hidden` of each row, contents[row] in place.
  virtual void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
                     FloatRows hidden, float* const* contents,
                     float* scratch) const = 0;

  virtual int64_t query_size() const = 0;
  virtual int64_t read_size() const = 0;
  // `query` [query_size()] is used up; read_size() floats go to `read`.
  virtual void Read(const Kernels& kernels, const float* contents,
                    float* query, float* read) const = 0;
};

// The kinds none and addressed.
Result<std::unique_ptr<Memory>> LoadMemory(const Source& source,
                                           const Options& options,
                                           const std::string& name,
                                           int64_t encoding, int64_t hidden);

// The memory that holds nothing.
std::unique_ptr<Memory> NoMemory();

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_MEMORY_H_
