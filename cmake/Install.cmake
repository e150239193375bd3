# What `cmake --install` leaves: the runtime, for find_package(credo) and for
# pkg-config.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS credo_c EXPORT credo_runtime
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY bindings/c/include/credo
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT runtime)
install(EXPORT credo_runtime NAMESPACE credo::
  FILE credo-runtime-targets.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT runtime)

set(package ${CMAKE_CURRENT_BINARY_DIR}/package)
configure_package_config_file(cmake/credo-config.cmake.in
  ${package}/credo-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo)
write_basic_package_version_file(${package}/credo-config-version.cmake
  COMPATIBILITY SameMinorVersion)
configure_file(cmake/credo.pc.in ${package}/credo.pc @ONLY)
install(FILES ${package}/credo-config.cmake
              ${package}/credo-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT runtime)
install(FILES ${package}/credo.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT runtime)
