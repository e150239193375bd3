// All that the example needs of a window: rectangles, a title, two keys.
#ifndef CREDO_EXAMPLES_SIXTY_HZ_WINDOW_H_
#define CREDO_EXAMPLES_SIXTY_HZ_WINDOW_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace sixty_hz {

struct Colour {
  uint8_t red, green, blue;
};

// A filled rectangle, in pixels from the upper left.
struct Box {
  int x, y, width, height;
  Colour colour;
};

// What the user did since the last time.
struct Input {
  bool close = false;
  int next = 0;  // how often Tab was hit; with Shift it counts backwards
};

class Window {
 public:
  virtual ~Window() = default;
  virtual Input Poll() = 0;
  // Draws the boxes in their order over `ground`.
  virtual void Show(Colour ground, std::span<const Box> boxes) = 0;
  virtual void SetTitle(const std::string& title) = 0;
  // How many pictures a second the display can show.
  virtual int rate() const = 0;
};

// Nothing, and `why` says what is missing, when there is no display. In
// sdl_window.cc, or in no_window.cc where the example is built without SDL.
std::unique_ptr<Window> OpenWindow(int width, int height, std::string& why);

}  // namespace sixty_hz

#endif  // CREDO_EXAMPLES_SIXTY_HZ_WINDOW_H_
