// Numbers and words as YAML spells them.
#ifndef CREDO_SDK_CONFIG_SCALARS_H_
#define CREDO_SDK_CONFIG_SCALARS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sdk/model/options.h"

namespace credo {

// The whole of `text` as a number, or nothing. Integers are plain decimals;
// reals may be ".inf", never NaN.
std::optional<int64_t> ParseInt(const std::string& text);
std::optional<double> ParseReal(const std::string& text);

// The shortest text that reads back to the same double; ".inf", "-.inf".
std::string RealText(double value);
// `text` as a YAML scalar that reads back as the same text: quoted when a plain
// one would not.
std::string QuotedText(const std::string& text);

// "an integer in [1, 9]", "a number of at least 0".
std::string RangeText(IntRange range);
std::string RangeText(RealRange range);
// "one of 'a', 'b'"
std::string OneOfText(const std::vector<std::string>& words);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_SCALARS_H_
