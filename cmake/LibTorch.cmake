# Defines the imported target credo::torch and the global property
# credo_torch_version; here and in what is installed.
#
# LibTorch is taken from, in this order:
#   1. Torch_DIR or CMAKE_PREFIX_PATH, when they name one;
#   2. the cache folder that scripts/fetch_libtorch.sh fills out of the PyPI
#      wheel (CREDO_CACHE_DIR, else XDG_CACHE_HOME/credo, else ~/.cache/credo).

if(TARGET credo::torch)
  return()
endif()
find_package(Torch QUIET)
if(Torch_FOUND)
  add_library(credo::torch INTERFACE IMPORTED GLOBAL)
  target_link_libraries(credo::torch INTERFACE ${TORCH_LIBRARIES})
  target_include_directories(credo::torch SYSTEM INTERFACE
    ${TORCH_INCLUDE_DIRS})
  set_property(GLOBAL PROPERTY credo_torch_version "${Torch_VERSION}")
  message(STATUS "LibTorch: ${Torch_DIR}")
  return()
endif()

find_program(CREDO_FETCH_LIBTORCH fetch_libtorch.sh REQUIRED NO_DEFAULT_PATH
  PATHS ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/../scripts)
execute_process(
  COMMAND ${CREDO_FETCH_LIBTORCH} ${CREDO_LIBTORCH_OPTIONS}
  OUTPUT_VARIABLE CREDO_LIBTORCH_DIR
  OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE fetched)
if(NOT fetched EQUAL 0)
  message(FATAL_ERROR
    "LibTorch was not found. Set Torch_DIR to the folder that holds "
    "TorchConfig.cmake, or run ${CREDO_FETCH_LIBTORCH}, or see the message "
    "above.")
endif()
file(STRINGS ${CREDO_LIBTORCH_DIR}/include/torch/headeronly/version.h
  credo_torch_version REGEX "\"[0-9.]+\"")
string(REGEX MATCH "[0-9.]+" credo_torch_version "${credo_torch_version}")
set_property(GLOBAL PROPERTY credo_torch_version "${credo_torch_version}")
unset(credo_torch_version)
message(STATUS "LibTorch: ${CREDO_LIBTORCH_DIR}")

# The wheel's own CMake package asks for a CUDA toolkit, which the CPU library
# does not need, hence targets of our own.
add_library(credo_torch_c10 SHARED IMPORTED GLOBAL)
set_target_properties(credo_torch_c10 PROPERTIES
  IMPORTED_LOCATION ${CREDO_LIBTORCH_DIR}/lib/libc10.so)
add_library(credo_torch_cpu SHARED IMPORTED GLOBAL)
set_target_properties(credo_torch_cpu PROPERTIES
  IMPORTED_LOCATION ${CREDO_LIBTORCH_DIR}/lib/libtorch_cpu.so)
add_library(credo::torch INTERFACE IMPORTED GLOBAL)
target_include_directories(credo::torch SYSTEM INTERFACE
  ${CREDO_LIBTORCH_DIR}/include
  ${CREDO_LIBTORCH_DIR}/include/torch/csrc/api/include)
target_link_libraries(credo::torch INTERFACE credo_torch_cpu credo_torch_c10)
# libtorch_cpu names libraries that lie beside it.
target_link_options(credo::torch INTERFACE
  -Wl,-rpath-link,${CREDO_LIBTORCH_DIR}/lib)
