// The window with SDL2.

// The entry point stays ours.
#define SDL_MAIN_HANDLED
#include <SDL.h>

#include <cstdlib>
#include <string_view>

#include "examples/sixty_hz/window.h"

namespace sixty_hz {
namespace {

class SdlWindow : public Window {
 public:
  // Either may be null; SdlWindow ends both, and SDL.
  SdlWindow(SDL_Window* window, SDL_Renderer* renderer)
      : window_(window), renderer_(renderer) {}
  ~SdlWindow() override {
    SDL_DestroyRenderer(renderer_);
    SDL_DestroyWindow(window_);
    SDL_Quit();
  }
  SdlWindow(const SdlWindow&) = delete;
  SdlWindow& operator=(const SdlWindow&) = delete;

  Input Poll() override {
    Input input;
    SDL_Event event;
    while (SDL_PollEvent(&event) != 0) {
      if (event.type == SDL_QUIT) input.close = true;
      if (event.type != SDL_KEYDOWN) continue;
      const SDL_Keysym& key = event.key.keysym;
      if (key.sym == SDLK_ESCAPE) input.close = true;
      if (key.sym == SDLK_TAB) input.next += key.mod & KMOD_SHIFT ? -1 : 1;
    }
    return input;
  }

  void Show(Colour ground, std::span<const Box> boxes) override {
    SetColour(ground);
    SDL_RenderClear(renderer_);
    for (const Box& box : boxes) {
      SetColour(box.colour);
      const SDL_Rect rectangle = {box.x, box.y, box.width, box.height};
      SDL_RenderFillRect(renderer_, &rectangle);
    }
    SDL_RenderPresent(renderer_);
  }

  void SetTitle(const std::string& title) override {
    SDL_SetWindowTitle(window_, title.c_str());
  }

  int rate() const override {
    SDL_DisplayMode mode;
    const int display = SDL_GetWindowDisplayIndex(window_);
    const bool known =
        SDL_GetCurrentDisplayMode(display, &mode) == 0 && mode.refresh_rate > 0;
    return known ? mode.refresh_rate : 60;
  }

 private:
  void SetColour(Colour colour) {
    SDL_SetRenderDrawColor(renderer_, colour.red, colour.green, colour.blue,
                           SDL_ALPHA_OPAQUE);
  }

  SDL_Window* window_;
  SDL_Renderer* renderer_;
};

// Whether nobody can see what this driver draws. SDL falls back to one of these
// by itself where there is no display.
bool IsBlind(std::string_view driver) {
  return driver == "offscreen" || driver == "dummy" || driver == "evdev";
}

}  // namespace

std::unique_ptr<Window> OpenWindow(int width, int height, std::string& why) {
  SDL_SetMainReady();
  // Without vertical sync: the loop keeps time itself, and a picture must not
  // hold up a tick.
  SDL_SetHint(SDL_HINT_RENDER_VSYNC, "0");
  SDL_Window* window = nullptr;
  SDL_Renderer* renderer = nullptr;
  if (SDL_Init(SDL_INIT_VIDEO) == 0) {
    // Who asks for a blind driver, as tests do, gets it.
    if (std::getenv("SDL_VIDEODRIVER") == nullptr &&
        IsBlind(SDL_GetCurrentVideoDriver())) {
      SDL_Quit();
      why = "no display";
      return nullptr;
    }
    window = SDL_CreateWindow("sixty_hz", SDL_WINDOWPOS_CENTERED,
                              SDL_WINDOWPOS_CENTERED, width, height,
                              SDL_WINDOW_RESIZABLE);
    if (window != nullptr) renderer = SDL_CreateRenderer(window, -1, 0);
  }
  auto made = std::make_unique<SdlWindow>(window, renderer);
  if (renderer == nullptr) {
    why = SDL_GetError();
    return nullptr;
  }
  // What is drawn is scaled when the user changes the window's size.
  SDL_RenderSetLogicalSize(renderer, width, height);
  return made;
}

}  // namespace sixty_hz
