#include "examples/sixty_hz/window.h"

namespace sixty_hz {

std::unique_ptr<Window> OpenWindow(int, int, std::string& why) {
  why = "built without SDL2";
  return nullptr;
}

}  // namespace sixty_hz
