#include "tools/sheet.h"

#include "tools/png.h"

namespace credo {

Status WriteSheet(const std::vector<std::vector<Picture>>& rows,
                  const std::string& path) {
  if (rows.empty()) return OkStatus();
  const Picture sheet = Arrange(rows, kPictureGap);
  return WritePng(path, sheet.width(), sheet.height(), sheet.pixels());
}

}  // namespace credo
