// The spec of a world out of what a host tells of it.
#ifndef CREDO_BINDINGS_LEARN_WORLD_SPEC_H_
#define CREDO_BINDINGS_LEARN_WORLD_SPEC_H_

#include <credo/credo_learn.h>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo::c {

// Fails with kInvalidArgument that names what is wrong. Ranges and names are
// CheckSpec's to check.
Result<EnvironmentSpec> WorldSpecOf(const credo_world& world);

}  // namespace credo::c

#endif  // CREDO_BINDINGS_LEARN_WORLD_SPEC_H_
