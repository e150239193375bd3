// Numbers as messages and files show them, whatever the host's locale.
#ifndef CREDO_SDK_BASE_NUMBER_TEXT_H_
#define CREDO_SDK_BASE_NUMBER_TEXT_H_

#include <string>

namespace credo {

// The shortest text that reads back as the same number: "0.1", "255", "-inf",
// "nan".
std::string NumberText(double value);
std::string NumberText(float value);

}  // namespace credo

#endif  // CREDO_SDK_BASE_NUMBER_TEXT_H_
