# Everything a newcomer needs. Each target installs what is missing, configures
# and builds before it runs.

PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= 2

.PHONY: all build release demo test test-slow test-cross test-builds bench bench-runtime bench-ingame bench-gymnasium bench-peers doom clean setup

all: build

setup:
	@scripts/install_dependencies.sh

$(BUILD)/build.ninja: | setup
	cmake --preset $(PRESET)

build: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS)

# The optimised build, build/release/libcredo.so included.
release:
	$(MAKE) build PRESET=release

# What a belief knows, and what it does for acting: table, report, results.
demo: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target credo
	CREDO=$(BUILD)/credo scripts/demo.py

# The quick tests.
test: build
	ctest --test-dir $(BUILD) -j $(JOBS) -LE "slow|builds" --output-on-failure --no-tests=error

# Tests that train for minutes or disturb a run many times.
test-slow: build
	ctest --test-dir $(BUILD) -j $(JOBS) -L slow --output-on-failure --no-tests=error

# The runtime's tests for Windows and 64-bit ARM, emulated; skipped where their
# compilers cannot be installed.
test-cross: build
	ctest --test-dir $(BUILD) -L cross --output-on-failure --no-tests=error

# The runtime's tests in builds of their own: sanitizers, Windows, 64-bit ARM.
test-builds: build
	ctest --test-dir $(BUILD) -L builds --output-on-failure --no-tests=error

# Frames per second of worlds, acting and updates, and where the time goes.
bench: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target credo credo_benchmark
	scripts/bench.py --build $(BUILD)

# The runtime's tick beside ONNX Runtime and LibTorch, which it installs.
bench-runtime: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target credo_tick credo_runtime_benchmark
	scripts/bench_runtime.py --build $(BUILD) --json bench/runtime.json

# A game that learns while it runs: what that costs its ticks and its learner.
bench-ingame: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target game_loop
	scripts/bench_ingame.py --build $(BUILD) --json bench/ingame.json

# The Python package beside sb3-contrib's RecurrentPPO, which it installs.
bench-gymnasium: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target credo
	scripts/bench_gymnasium.py --build $(BUILD)

# The learner beside other systems, which it installs; worlds; both cores.
bench-peers: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS) --target credo credo_benchmark
	scripts/bench_peers.py --build $(BUILD)

# Doom with characters that learn, built as a game outside this tree.
doom: build
	scripts/install_doom.sh
	for part in runtime in_game; do \
	  cmake --install $(BUILD) --component $$part --prefix build/installed >/dev/null || exit 1; \
	done
	cmake -S examples/doom -B build/doom -DCMAKE_PREFIX_PATH=$(CURDIR)/build/installed \
	  -DDOOM_PYTHON=$(CURDIR)/build/doom_python
	cmake --build build/doom

clean:
	rm -rf build
