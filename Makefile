# Everything a newcomer needs. Each target installs what is missing, configures
# and builds before it runs.

PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= 2

.PHONY: all build test clean setup

all: build

setup:
	@scripts/install_dependencies.sh

$(BUILD)/build.ninja: | setup
	cmake --preset $(PRESET)

build: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS)

# The quick tests; `make test-slow` runs those that carry the label slow.
test: build
	ctest --test-dir $(BUILD) -j $(JOBS) -LE slow --output-on-failure --no-tests=error

clean:
	rm -rf build
