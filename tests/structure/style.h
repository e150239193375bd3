// Rules of style that a compiler does not know. Each gives the places that
// break it, as "FILE:LINE: what".
#ifndef CREDO_TESTS_STRUCTURE_STYLE_H_
#define CREDO_TESTS_STRUCTURE_STYLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/structure/source_tree.h"

namespace credo {

// At most 80 columns in C++, 120 in all else.
std::vector<std::string> LongLines(const SourceTree& tree);

// No tab, no space or carriage return at the end of a line, and the end of
// a file is the end of a line.
std::vector<std::string> StraySpaces(const SourceTree& tree);

// Headers are guarded by their path: CREDO_SDK_BASE_STATUS_H_.
std::vector<std::string> WrongGuards(const SourceTree& tree);

// All draws of the product are those of sdk/base/random.h: no generator and no
// distribution of the standard library (they differ between libraries), no
// hidden generator of LibTorch.
std::vector<std::string> ForeignRandomness(const SourceTree& tree);

// The product reads and writes no pickle.
std::vector<std::string> Pickles(const SourceTree& tree);

// What games link says nothing, ends nothing, catches no signal and leaves the
// locale alone; all that is for tools/.
std::vector<std::string> LoudLibraries(const SourceTree& tree);

// The code of a line: without its comment and the text of its strings.
std::string CodeOf(std::string_view line);

}  // namespace credo

#endif  // CREDO_TESTS_STRUCTURE_STYLE_H_
