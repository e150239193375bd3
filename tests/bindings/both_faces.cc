// A program that includes the trainer and the C++ faces: each has its names.
#include <credo/credo_learn.hpp>

#include "agents/learning/learner.h"
#include "agents/networks/agent.h"
#include "sdk/base/status.h"

static_assert(!std::is_same_v<credo::Agent, credo_face::Agent>);
static_assert(!std::is_same_v<credo::Learner, credo_face::Learner>);
static_assert(!std::is_same_v<credo::Status, credo_face::Status>);

int main() {
  const credo_face::Result<credo_face::Agent> none =
      credo_face::Agent::Load("nowhere.safetensors");
  const credo::Status status = credo::InvalidArgument("of the trainer");
  return none.ok() || status.ok() ? 1 : 0;
}
