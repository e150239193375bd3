// Option structs <-> strict YAML.
//
// Strict means: a key that nobody reads, a wrong type, a value out of range, a
// key that stands twice, an alias or a merge key: each stops at the door with a
// message that starts "FILE:LINE:COLUMN: ", says what was expected and what was
// found, and names the nearest known key. Unknown keys are reported before
// missing ones. The first problem in that order is reported.
#ifndef CREDO_SDK_CONFIG_YAML_H_
#define CREDO_SDK_CONFIG_YAML_H_

#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "sdk/model/options.h"

namespace credo {

// Sets the fields of `options` from the YAML in `text`; keys that are absent
// keep their defaults. `file` is what messages call the text. `overrides` are
// "dotted.key=value" with the value in YAML ("learner.frames=1000",
// "auxiliary.0.overshoot=1", "auxiliary=[]"), applied in order on top of the
// file; a problem in override i is reported at "--set OVERRIDE:1:COLUMN: ".
// On failure `options` is left in an unspecified state.
Status ReadYaml(const std::string& text, const std::string& file,
                const std::vector<std::string>& overrides, Options& options);

// A failure that was found after reading, such as by a part that does not fit
// the world, at its place: the keys that open its message are looked up in the
// same `text` and `overrides`.
//   "auxiliary[0]: overshoot: expected at most 33, found 40" becomes
//   "a.yaml:16:16: auxiliary[0].overshoot: expected at most 33, found 40"
// A key that stands nowhere is placed where the nearest key above it has its
// value.
Status PlaceFailure(const std::string& text, const std::string& file,
                    const std::vector<std::string>& overrides,
                    const Status& failure);

// All fields as YAML that reads back to equal options: every default written
// out, reals in the shortest form that reads back to the same double.
std::string WriteYaml(Options& options);

// The generated reference: every key with type, default, range and meaning,
// each listed part of each catalog below its key. Markdown.
std::string DescribeOptions(Options& options);

// Dotted keys whose values differ between two option structs of one type, with
// "key: was A, is B" texts. Parts of unequal kind differ by their `kind`.
std::vector<std::string> CompareOptions(Options& was, Options& is);

// The member of `known` that the fewest edits make of `word` (letters put in,
// left out, replaced, or two neighbours exchanged), case ignored; the first of
// equals. Empty when `known` is.
std::string NearestWord(const std::string& word,
                        const std::vector<std::string>& known);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_YAML_H_
