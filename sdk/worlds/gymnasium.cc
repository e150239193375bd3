#include "sdk/worlds/gymnasium.h"

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "sdk/worlds/check_options.h"
#include "sdk/worlds/process.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;

// "image:11" -> {"image", 11}; none where it is not written so.
std::optional<std::pair<std::string, int>> Categories(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  if (number < 2 || number > 256) return std::nullopt;
  return std::pair(text.substr(0, colon), number);
}

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
  v.Texts("tiles", tiles,
          "bytes that number categories: NAME:11 for 11 of them");
  v.Real("reward_scale", reward_scale, {1e-9, 1e9},
         "factor on every reward: rewards near 1 are learned best");
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
  for (size_t i = 0; i < tiles.size(); ++i) {
    if (Categories(tiles[i])) continue;
    return OptionProblem{"tiles." + std::to_string(i),
                         "expected NAME:CATEGORIES with 2 to 256 categories, "
                         "found " + tiles[i]};
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
  told["reward_scale"] = options.reward_scale;
  for (const std::string& tile : options.tiles) {
    const auto [name, number] = *Categories(tile);
    told["tiles"][name] = number;
  }
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
