// A Gymnasium environment in a Python of its own: a process world
// (sdk/worlds/process.h) whose program is the module credo.gymnasium_world of
// the Python package.
//
//   world: {kind: gymnasium, id: CartPole-v1, kwargs: '{"render_mode": null}'}
#ifndef CREDO_SDK_WORLDS_GYMNASIUM_H_
#define CREDO_SDK_WORLDS_GYMNASIUM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/options.h"
#include "sdk/worlds/environment.h"

namespace credo {

struct GymnasiumOptions : Options {
  void Visit(FieldVisitor& v) override;
  std::optional<OptionProblem> Check() const override;

  std::string id;
  std::string kwargs = "{}";         // a JSON object
  std::vector<std::string> imports;  // modules that register environments
  std::vector<int64_t> frame;        // [] or [height, width] of pictures
  bool grey = false;
  std::vector<std::string> tiles;  // "NAME:CATEGORIES" of bytes
  double reward_scale = 1;
  std::string mask;                     // the name of a mask in `info`
  std::vector<std::string> privileged;  // names in `info`
  std::string python;  // the program; empty: $CREDO_PYTHON or python3
  double start_seconds = 120;
  double answer_seconds = 60;
};

Result<std::unique_ptr<Environment>> MakeGymnasiumWorld(
    const GymnasiumOptions& options);

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_GYMNASIUM_H_
