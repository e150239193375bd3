# What the libraries of what learns link. Also installed, for programs that link
# them.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(PNG REQUIRED)
find_package(Protobuf REQUIRED)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
include(${CMAKE_CURRENT_LIST_DIR}/LibTorch.cmake)
