// Pictures in rows as one PNG file.
#ifndef CREDO_TOOLS_SHEET_H_
#define CREDO_TOOLS_SHEET_H_

#include <string>
#include <vector>

#include "sdk/base/status.h"
#include "tools/picture.h"

namespace credo {

inline constexpr int kPictureGap = 4;  // pixels between pictures, and around

// Without rows there is no file.
Status WriteSheet(const std::vector<std::vector<Picture>>& rows,
                  const std::string& path);

}  // namespace credo

#endif  // CREDO_TOOLS_SHEET_H_
