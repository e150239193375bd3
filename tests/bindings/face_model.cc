#include "tests/bindings/face_model.h"

#include "tests/support/random_model.h"

std::string FaceModel(int seed) {
  for (const credo::OracleOptions& options : credo::AllPartsOptions()) {
    if (options.memory.kind != "addressed") continue;
    return credo::RandomModel(options, static_cast<uint64_t>(seed)).Bytes();
  }
  return "";
}
