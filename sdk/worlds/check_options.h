// Options that no YAML reader has checked.
#ifndef CREDO_SDK_WORLDS_CHECK_OPTIONS_H_
#define CREDO_SDK_WORLDS_CHECK_OPTIONS_H_

#include <optional>

#include "sdk/base/status.h"
#include "sdk/model/options.h"

namespace credo {

// What options.Check() finds, as kInvalidArgument "KEY: MESSAGE".
inline Status CheckOptions(const Options& options) {
  const std::optional<OptionProblem> problem = options.Check();
  return problem ? InvalidArgument(problem->key + ": " + problem->message)
                 : OkStatus();
}

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_CHECK_OPTIONS_H_
