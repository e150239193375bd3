#include "sdk/worlds/gymnasium.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sdk/worlds/check_options.h"
#include "sdk/worlds/process.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;

Json ParsedKwargs(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

void GymnasiumOptions::Visit(FieldVisitor& v) {
  v.Text("id", id, "of the environment, as gymnasium.make takes it");
  v.Text("kwargs", kwargs, "what gymnasium.make is given beside it, as JSON");
  v.Texts("imports", imports,
          "Python modules that are imported before, such as minigrid");
  v.Ints("frame", frame, {1, 4096},
         "[height, width] that pictures are made; [] leaves them");
  v.Bool("grey", grey, "whether pictures lose their colours");
  v.Text("mask", mask,
         "the entry of info that says which choices are legal; empty: all are");
  v.Texts("privileged", privileged,
          "entries of info that probes may read: NAME for numbers, NAME:25 for "
          "25 categories");
  v.Text("python", python,
         "the interpreter; empty: $CREDO_PYTHON, else python3");
  v.Real("start_seconds", start_seconds, {1e-3, 1e6},
         "that making the environment may take");
  v.Real("answer_seconds", answer_seconds, {1e-3, 1e6},
         "that one step may take");
}

std::optional<OptionProblem> GymnasiumOptions::Check() const {
  if (id.empty()) {
    return OptionProblem{"id", "expected an environment's id, found none"};
  }
  if (!ParsedKwargs(kwargs).is_object()) {
    return OptionProblem{"kwargs", "expected a JSON object, found " + kwargs};
  }
  if (!frame.empty() && frame.size() != 2) {
    return OptionProblem{"frame", "expected [height, width] or [], found " +
                                      std::to_string(frame.size()) +
                                      " numbers"};
  }
  return std::nullopt;
}

Result<std::unique_ptr<Environment>> MakeGymnasiumWorld(
    const GymnasiumOptions& options) {
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  const char* const given = std::getenv("CREDO_PYTHON");
  Json told;
  told["id"] = options.id;
  told["kwargs"] = ParsedKwargs(options.kwargs);
  told["imports"] = options.imports;
  if (!options.frame.empty()) told["frame"] = options.frame;
  told["grey"] = options.grey;
  if (!options.mask.empty()) told["mask"] = options.mask;
  told["privileged"] = options.privileged;
  ProcessOptions process;
  process.command = {!options.python.empty() ? options.python
                     : given != nullptr      ? std::string(given)
                                             : "python3",
                     "-m", "credo.gymnasium_world", told.dump()};
  process.start_seconds = options.start_seconds;
  process.answer_seconds = options.answer_seconds;
  return MakeProcessWorld(process);
}

}  // namespace credo
