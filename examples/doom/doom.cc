#include "examples/doom/doom.h"

#include <pybind11/embed.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

namespace doom {
namespace {

namespace py = pybind11;

// What the engine draws; it draws nothing smaller.
constexpr int kDrawnHeight = 120;
constexpr int kDrawnWidth = 160;
constexpr int kShrink = kDrawnHeight / kHeight;
static_assert(kShrink * kWidth == kDrawnWidth);
// The rooms, in units of the map.
constexpr double kWest = 160, kEast = 1120, kSouth = -704, kNorth = 128;
// Where they are on the automap, in its pixels.
constexpr int kMapLeft = 22, kMapRight = 138, kMapTop = 11, kMapBottom = 111;
// The mark at the middle of every automap.
constexpr int kMarkX = 80, kMarkY = 60;
constexpr double kTurn = 22.5 / kTicsPerStep;  // degrees per tic

using Pixels = py::array_t<uint8_t, py::array::c_style | py::array::forcecast>;

// Ahead, run, and degrees to turn: the buttons of each move.
constexpr std::array<std::array<double, 3>, kMoves> kButtons = {{
    {1, 1, 0}, {0, 0, -kTurn}, {0, 0, kTurn}, {1, 1, -kTurn}, {1, 1, kTurn}}};

// Calls Python; its exceptions leave as the standard's.
template <typename Call>
auto InPython(Call call) {
  try {
    return call();
  } catch (py::error_already_set& error) {
    throw std::runtime_error(std::string("ViZDoom: ") + error.what());
  }
}

// The mean of each block of pixels.
void Shrink(const Pixels& drawn, Sight& sight) {
  const auto pixels = drawn.unchecked<3>();
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < 3; ++c) {
        int sum = 0;
        for (int i = 0; i < kShrink * kShrink; ++i) {
          sum += pixels(y * kShrink + i / kShrink, x * kShrink + i % kShrink,
                        c);
        }
        sight[(y * kWidth + x) * 3 + c] =
            static_cast<uint8_t>(sum / (kShrink * kShrink));
      }
    }
  }
}

// Index of the cell that `at` lies in when [begin, end) is cut into `cells`.
int Cell(double at, double begin, double end, int cells) {
  const double share = (at - begin) / (end - begin);
  return std::clamp(static_cast<int>(share * cells), 0, cells - 1);
}

// Adds what is discovered by now; how many cells are new.
int Discover(const Pixels& drawn, Map& map) {
  const auto pixels = drawn.unchecked<3>();
  int found = 0;
  for (int y = kMapTop; y < kMapBottom; ++y) {
    for (int x = kMapLeft; x < kMapRight; ++x) {
      if (x == kMarkX && y == kMarkY) continue;
      if (pixels(y, x, 0) == 0) continue;  // the background is black
      uint8_t& cell = map[Cell(y, kMapTop, kMapBottom, kMapSide) * kMapSide +
                          Cell(x, kMapLeft, kMapRight, kMapSide)];
      found += cell == 0;
      cell = 1;
    }
  }
  return found;
}

}  // namespace

struct Python::Interpreter {
  explicit Interpreter(PyConfig* config)
      : scoped(config, 0, nullptr, /*add_program_dir_to_path=*/false) {
    char guard[] = DOOM_GUARD;
    char* const arguments[] = {guard, nullptr};
    setenv("DOOM_HOST", std::to_string(getpid()).c_str(), 1);
    if (posix_spawn(&watcher, guard, nullptr, nullptr, arguments, environ) !=
        0) {
      throw std::runtime_error(DOOM_GUARD ": cannot be started");
    }
  }
  ~Interpreter() {
    kill(watcher, SIGKILL);
    waitpid(watcher, nullptr, 0);
  }

  py::scoped_interpreter scoped;
  pid_t watcher = 0;  // removes what a killed host leaves
};

Python::Python() {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;  // they are the host's
  // Its packages are those of the environment that was made for it.
  PyConfig_SetBytesString(&config, &config.program_name, DOOM_PYTHON);
  interpreter_ = std::make_unique<Interpreter>(&config);
  InPython([] {
    const py::module_ vizdoom = py::module_::import("vizdoom");
    // The engine is started by a guard that ends it with this process.
    const auto file = vizdoom.attr("__file__").cast<std::string>();
    const std::string engine =
        file.substr(0, file.rfind('/')) + "/vizdoom";
    setenv("DOOM_ENGINE", engine.c_str(), 1);
  });
}

Python::~Python() = default;

struct Game::Engine {
  py::object game;
  std::array<py::object, kMoves> buttons;
};

Game::Game(Task task, uint32_t seed) : task_(task), seed_(seed) {
  InPython([this] {
    const py::module_ vizdoom = py::module_::import("vizdoom");
    engine_ = std::make_unique<Engine>();
    for (int move = 0; move < kMoves; ++move) {
      engine_->buttons[move] = py::cast(kButtons[move]);
    }
    py::object game = vizdoom.attr("DoomGame")();
    engine_->game = game;
    game.attr("set_vizdoom_path")(DOOM_GUARD);
    game.attr("load_config")(
        vizdoom.attr("scenarios_path").cast<std::string>() +
        "/my_way_home.cfg");
    // Else each game writes its settings into the working folder.
    game.attr("set_doom_config_path")("/dev/null");
    game.attr("set_window_visible")(false);
    game.attr("set_audio_buffer_enabled")(false);
    game.attr("set_screen_resolution")(
        vizdoom.attr("ScreenResolution").attr("RES_160X120"));
    game.attr("set_screen_format")(vizdoom.attr("ScreenFormat").attr("RGB24"));
    game.attr("set_render_weapon")(false);
    game.attr("set_render_crosshair")(false);
    const py::object button = vizdoom.attr("Button");
    game.attr("set_available_buttons")(
        py::list(py::make_tuple(button.attr("MOVE_FORWARD"),
                                button.attr("SPEED"),
                                button.attr("TURN_LEFT_RIGHT_DELTA"))));
    const py::object variable = vizdoom.attr("GameVariable");
    game.attr("set_available_game_variables")(
        py::list(py::make_tuple(variable.attr("POSITION_X"),
                                variable.attr("POSITION_Y"),
                                variable.attr("ANGLE"))));
    game.attr("set_automap_buffer_enabled")(true);
    game.attr("set_automap_mode")(vizdoom.attr("AutomapMode").attr("NORMAL"));
    game.attr("set_automap_rotate")(false);
    game.attr("set_automap_render_textures")(false);
    game.attr("add_game_args")(
        "+viz_am_center 1 +am_backcolor 000000 +am_yourcolor 000000");
    game.attr("set_living_reward")(0);
    game.attr("set_episode_timeout")(0);  // time is counted here
    game.attr("set_seed")(seed_);
    game.attr("init")();
  });
  Open();
}

Game::~Game() {
  if (engine_ == nullptr) return;
  try {
    engine_->game.attr("close")();
  } catch (py::error_already_set&) {
    // An engine that has ended by itself.
  }
}

Game::Game(Game&&) noexcept = default;

void Game::Open() {
  InPython([this] {
    engine_->game.attr("set_seed")(seed_);
    engine_->game.attr("new_episode")();
  });
  seed_ = seed_ * 1664525u + 1013904223u;
  steps_ = 0;
  home_ = false;
  automap_ = {};
  Look();
}

float Game::Act(int move) {
  return InPython([&] {
    const float reward =
        engine_->game.attr("make_action")(engine_->buttons[move], kTicsPerStep)
            .cast<float>();
    ++steps_;
    // The engine shows nothing of an episode that has ended.
    home_ = engine_->game.attr("is_episode_finished")().cast<bool>();
    const int found = home_ ? 0 : Look();
    return 0.1f * static_cast<float>(found) +
           (task_ == Task::kHome ? reward : 0.0f);
  });
}

int Game::Look() {
  const py::object state = engine_->game.attr("get_state")();
  Shrink(state.attr("screen_buffer").cast<Pixels>(), sight_);
  const auto pose =
      state.attr("game_variables").cast<py::array_t<double>>();
  const int column = Cell(pose.at(0), kWest, kEast, kMapSide);
  const int row = Cell(pose.at(1), kNorth, kSouth, kMapSide);
  place_[0] = static_cast<uint8_t>(row * kMapSide + column);
  const double eighths = pose.at(2) / 360 * kHeadings;
  heading_[0] =
      static_cast<uint8_t>(std::lround(eighths + kHeadings) % kHeadings);
  return Discover(state.attr("automap_buffer").cast<Pixels>(), automap_);
}

}  // namespace doom
