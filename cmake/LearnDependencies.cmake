# What the libraries of what learns link. Also installed, for programs that link
# them.

include(CMakeFindDependencyMacro)
find_dependency(Threads REQUIRED)
find_dependency(PkgConfig REQUIRED)
find_dependency(absl REQUIRED)
find_dependency(yaml-cpp REQUIRED)
find_dependency(PNG REQUIRED)
find_dependency(Protobuf REQUIRED)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
include(${CMAKE_CURRENT_LIST_DIR}/LibTorch.cmake)
