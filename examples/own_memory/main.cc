#include "tools/run_command.h"

namespace credo { MemoryPart EchoMemory(); }  // echo_learn.cc

int main(int argc, char** argv) {
  credo::Parts parts = credo::BuiltInParts();
  parts.memories.push_back(credo::EchoMemory());
  return credo::RunCommand(argc, argv, std::move(parts));
}
