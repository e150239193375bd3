// The command `credo` with the parts that come with it.

#include <utility>

#include "tools/run_command.h"

int main(int argc, char** argv) {
  return credo::RunCommand(argc, argv, credo::BuiltInParts());
}
