// A memory of one echo: M <- M + rate (v - M), v = Linear(e); reads return M.
#include "sdk/model/memory_shape.h"

namespace credo {

struct EchoOptions : Options {
  int64_t width = 32;
  double rate = 0.1;
  void Visit(FieldVisitor& v) override {
    v.Int("width", width, {1, 4096}, "numbers that it holds");
    v.Real("rate", rate, {0, 1}, "share that each step replaces");
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
