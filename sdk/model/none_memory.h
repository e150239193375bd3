// The memory `none`: the core is on its own.
#ifndef CREDO_SDK_MODEL_NONE_MEMORY_H_
#define CREDO_SDK_MODEL_NONE_MEMORY_H_

#include "sdk/model/options.h"

namespace credo {

struct NoneOptions : Options {
  void Visit(FieldVisitor&) override {}
};

PartInfo NoneInfo();

}  // namespace credo

#endif  // CREDO_SDK_MODEL_NONE_MEMORY_H_
