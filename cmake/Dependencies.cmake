# Every library that is not ours, found in this one place.
# scripts/install_dependencies.sh installs the packages.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# nlohmann-json and xxHash are header-only in our use.
find_path(CREDO_JSON_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
find_path(CREDO_XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

if(CREDO_LEARN)
  find_path(CREDO_CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
  include(LearnDependencies)
endif()
if(CREDO_TESTS)
  find_package(GTest REQUIRED)
endif()
if(CREDO_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
# For the window of an example alone, which does without.
find_package(SDL2 QUIET)
