# Every library that is not ours, found in this one place.
# scripts/install_dependencies.sh installs the packages,
# scripts/install_cross_tools.sh those for other systems.

find_package(Threads REQUIRED)

# nlohmann-json and xxHash are header-only in our use.
if(CMAKE_CROSSCOMPILING)
  include(HostHeaders)
  credo_host_headers(CREDO_JSON_INCLUDE_DIR nlohmann/json.hpp nlohmann)
  credo_host_headers(CREDO_XXHASH_INCLUDE_DIR xxhash.h xxhash.h)
else()
  find_path(CREDO_JSON_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
  find_path(CREDO_XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
endif()

if(CREDO_LEARN)
  find_path(CREDO_CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
  include(LearnDependencies)
endif()
if(CREDO_TESTS)
  if(CMAKE_CROSSCOMPILING)
    # libgtest-dev has the sources too.
    find_path(CREDO_GOOGLETEST_DIR googlemock/CMakeLists.txt
      PATHS /usr/src/googletest NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    set(INSTALL_GTEST OFF CACHE INTERNAL "")
    add_subdirectory(${CREDO_GOOGLETEST_DIR} ${PROJECT_BINARY_DIR}/googletest
      EXCLUDE_FROM_ALL)
  else()
    find_package(GTest REQUIRED)
  endif()
endif()
if(CREDO_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
if(CREDO_EXAMPLES)
  # For the window of an example alone, which does without.
  find_package(SDL2 QUIET)
endif()
