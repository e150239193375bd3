// A memory of one echo: M <- M + rate (v - M), v = Linear(e); reads return M.
#ifndef CREDO_EXAMPLES_OWN_MEMORY_ECHO_H_
#define CREDO_EXAMPLES_OWN_MEMORY_ECHO_H_
#include "sdk/model/memory_shape.h"

namespace credo {

constexpr float kEchoRate = 0.125f;

struct EchoOptions : Options {
  int64_t width = 32;
  void Visit(FieldVisitor& v) override {
    v.Int("width", width, {1, 4096}, "numbers that it holds");
  }
};

struct EchoModel : MemoryModel<EchoOptions> {
  EchoModel(const EchoOptions& given, const MemoryPlace& place)
      : MemoryModel(given),
        value{place.name + ".value", place.encoding, given.width} {
    shape.layout.Add("echo", DType::kF32, {given.width});
    shape.shown = shape.read = given.width;
    shape.query = 1;  // reads need no address
  }
  LinearSpec value;
};

inline PartInfo EchoInfo() { return InfoOf<EchoOptions>("echo", "an average"); }

}  // namespace credo

#endif  // CREDO_EXAMPLES_OWN_MEMORY_ECHO_H_
