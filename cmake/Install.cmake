# What `cmake --install` leaves. Component runtime: what a game links, for
# find_package(credo) and for pkg-config. Component in_game: what a game links
# beside it to learn while it runs. Component learn: the libraries of the
# command `credo`, for a trainer with parts of one's own.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS credo_c credo_c_static EXPORT credo_runtime
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
  COMPATIBILITY SameMajorVersion)
configure_file(cmake/credo.pc.in ${package}/credo.pc @ONLY)
install(FILES ${package}/credo-config.cmake
              ${package}/credo-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT runtime)
install(FILES ${package}/credo.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT runtime)

if(CREDO_LEARN)
  install(TARGETS credo_learn credo_base credo_model credo_config credo_worlds credo_tensor
                  credo_memory credo_simcore credo_agents credo_tools
    EXPORT credo_learn
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/credo COMPONENT learn)
  # LibTorch lies where it was found.
  set_target_properties(credo PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS credo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    COMPONENT learn)
  foreach(folder sdk memory simcore agents)
    install(DIRECTORY ${folder}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/credo/learn COMPONENT learn
      FILES_MATCHING PATTERN "*.h" PATTERN runtime EXCLUDE)
  endforeach()
  install(FILES tools/run_command.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/credo/learn/tools COMPONENT learn)
  install(EXPORT credo_learn NAMESPACE credo::
    FILE credo-learn-targets.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT learn)
  get_property(version GLOBAL PROPERTY credo_torch_version)
  file(WRITE ${package}/credo-learn-libtorch.cmake
    "set(credo_libtorch \"${version}\")\n")
  install(FILES cmake/LearnDependencies.cmake cmake/LibTorch.cmake
                ${package}/credo-learn-libtorch.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT learn)
  install(PROGRAMS scripts/fetch_libtorch.sh
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT learn)
  install(FILES ${package}/credo-config.cmake
                ${package}/credo-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT learn)
endif()

# Component in_game: the learner inside a game, libcredo_learn, beside libcredo.
if(CREDO_LEARN)
  set_target_properties(credo_learn_c PROPERTIES
    INSTALL_RPATH "$ORIGIN" INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS credo_learn_c EXPORT credo_in_game
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT in_game
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(DIRECTORY bindings/learn/include/credo
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT in_game)
  install(EXPORT credo_in_game NAMESPACE credo::
    FILE credo-in_game-targets.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/credo COMPONENT in_game)
endif()
