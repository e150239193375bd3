#include "tools/run_command.h"

namespace credo { WorldPart TMazePart(); }  // t_maze.cc

int main(int argc, char** argv) {
  credo::Parts parts = credo::BuiltInParts();
  parts.worlds.push_back(credo::TMazePart());
  return credo::RunCommand(argc, argv, std::move(parts));
}
