// Option structs out of a model file, which keeps them as JSON.
//
// Everything here fails with kInvalidArgument that opens with the place, names
// the key, and says what was expected and what was found.
#ifndef CREDO_SDK_RUNTIME_OPTIONS_H_
#define CREDO_SDK_RUNTIME_OPTIONS_H_

#include <map>
#include <string>
#include <vector>

#include "sdk/base/json_tree.h"
#include "sdk/base/status.h"
#include "sdk/model/options.h"

namespace credo::runtime {

// The options that were read, with their values as texts, by place and key. Two
// models whose parts read alike compute alike, whatever else their files say.
// Fields that came later than the format are left out where they are at their
// defaults, so that files from before them read alike.
using OptionsRead = std::map<std::string, std::string>;

// The object of a text; `place` is what it is: "metadata 'agent'".
Result<JsonTree> ParseObject(const std::string& text, const std::string& place);
// The objects of a list, at most kMaxListEntries. That of number 1 has the
// place "PLACE[1]".
Result<std::vector<JsonTree>> ParseObjects(const std::string& text,
                                           const std::string& place);
std::string EntryPlace(const std::string& place, size_t index);

// Fills the fields of `options` that a trained model needs (Meaning) out of an
// object; other keys do not matter. Notes what was read, unless `read` is null.
Status ReadOptions(const JsonTree& json, const std::string& place,
                   Options& options, OptionsRead* read);

// The "kind" of a part.
Result<std::string> ReadKind(const JsonTree& json, const std::string& place);
// A part out of `catalog`, with its options.
Result<Selection> ReadPart(const JsonTree& json, const std::string& place,
                           const PartCatalog& catalog, OptionsRead* read);

// "expected A, found B" for the key of an object that holds another thing than
// `what`, or nothing.
Status ExpectedOption(const JsonTree& json, const std::string& place,
                      const std::string& key, const std::string& what);

}  // namespace credo::runtime

#endif  // CREDO_SDK_RUNTIME_OPTIONS_H_
