// A world in a program of its own, in any language, spoken to over its standard
// input and output: docs/process_worlds.md is the protocol.
//
//   world: {kind: process, command: [python3, my_world.py]}
//
// One program per character. Whatever it does (it dies, stalls, lies, is slow)
// ends in an error that names it, never in a crash or a hang.
#ifndef CREDO_SDK_WORLDS_PROCESS_H_
#define CREDO_SDK_WORLDS_PROCESS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

struct ProcessOptions : Options {
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;

  std::vector<std::string> command;
  double start_seconds = 60;  // until the program has said what it is
  double answer_seconds = 60;  // for one record
};

// Fails with kUnavailable when the program does not start or speak, with
// kInvalidArgument when what it says is no spec.
Result<std::unique_ptr<Environment>> MakeProcessWorld(
    const ProcessOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_PROCESS_H_
