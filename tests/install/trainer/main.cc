// A user's own trainer: a world and a loss of its own beside those of Credo.
#include "tools/run_command.h"

namespace credo {
WorldPart TMazePart();           // t_maze.cc
AuxiliaryTaskPart RecallPart();  // recall.cc
}  // namespace credo

int main(int argc, char** argv) {
  credo::Parts parts = credo::BuiltInParts();
  parts.worlds.push_back(credo::TMazePart());
  parts.tasks.push_back(credo::RecallPart());
  return credo::RunCommand(argc, argv, std::move(parts));
}
