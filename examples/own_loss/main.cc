#include "tools/run_command.h"

namespace credo { AuxiliaryTaskPart RecallPart(); }  // recall.cc

int main(int argc, char** argv) {
  credo::Parts parts = credo::BuiltInParts();
  parts.tasks.push_back(credo::RecallPart());
  return credo::RunCommand(argc, argv, std::move(parts));
}
