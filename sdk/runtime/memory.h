// The contract of a memory in the runtime: the twin of memory/memory.h.
// Formulas, sizes and names of weights stand in sdk/model/.
#ifndef CREDO_SDK_RUNTIME_MEMORY_H_
#define CREDO_SDK_RUNTIME_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/memory_shape.h"
#include "sdk/model/options.h"
#include "sdk/runtime/layers.h"

namespace credo::runtime {

class Memory {
 public:
  explicit Memory(MemoryShape shape) : shape_(std::move(shape)) {}
  virtual ~Memory() = default;

  // Contents are given by the address of their first field within a character's
  // state; the others follow as in shape().layout.
  const MemoryShape& shape() const { return shape_; }

  // Floats of scratch: of a write to so many rows, of a read.
  virtual int64_t write_scratch(int64_t rows) const = 0;
  virtual int64_t read_scratch() const { return 0; }

  // One write. `encoded` and `hidden` of each row, contents[row] in place.
  virtual void Write(const Kernels& kernels, int64_t rows, FloatRows encoded,
                     FloatRows hidden, float* const* contents,
                     float* scratch) const = 0;
  // `count` queries of shape().query numbers side by side, which are used up;
  // shape().read numbers each go to `read`, side by side as well.
  virtual void Read(const Kernels& kernels, const float* contents,
                    int64_t count, float* queries, float* read,
                    float* scratch) const = 0;

  // Whether contents of finite numbers that come out of a file can be gone on
  // from: counts must be some.
  virtual Status CheckContents(const float*) const { return OkStatus(); }

  // The columns that a belief shows, shape().shown of them.
  void Show(const float* contents, float* columns) const;

 protected:
  // Where a field begins within contents, in floats.
  int64_t At(size_t field) const {
    return shape_.layout.fields()[field].offset /
           static_cast<int64_t>(sizeof(float));
  }

 private:
  MemoryShape shape_;
};

struct MemoryPart {
  PartInfo info;
  std::function<Result<std::unique_ptr<Memory>>(
      const Options&, const Source&, const MemoryPlace& place)>
      make;
};

// The part of a memory whose constructor takes a Model, made of (its options,
// MemoryPlace), and which has `Status Load(const Model&, const Source&)`.
template <typename MemoryNet, typename Model>
MemoryPart PartOf(PartInfo info) {
  return {std::move(info),
          [](const Options& options, const Source& source,
             const MemoryPlace& place) -> Result<std::unique_ptr<Memory>> {
            const Model model(As<typename Model::OptionsType>(options), place);
            auto memory = std::make_unique<MemoryNet>(model);
            CREDO_RETURN_IF_ERROR(memory->Load(model, source));
            return std::unique_ptr<Memory>(std::move(memory));
          }};
}

// none, addressed, slots, kanerva, delta. A host's own build adds to its copy.
std::vector<MemoryPart> Memories();

MemoryPart NoneMemory();
MemoryPart AddressedMemory();
MemoryPart SlotsMemory();
MemoryPart KanervaMemory();
MemoryPart DeltaMemory();

// The memory that holds nothing.
std::unique_ptr<Memory> MakeNoMemory();

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_MEMORY_H_
