# credo_library(NAME [TORCH] DEPENDS ...): a static library out of the .cc files
# of the current folder. TORCH: its files see LibTorch and share one precompiled
# header.
function(credo_library name)
  cmake_parse_arguments(ARG "TORCH" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
  if(ARG_TORCH)
    target_link_libraries(${name} PUBLIC credo::torch)
    target_precompile_headers(${name} REUSE_FROM credo_torch_pch)
  endif()
endfunction()

# credo_test(NAME [TORCH] DEPENDS ... SOURCES ... LABELS ...): a GoogleTest
# program; each of its cases becomes a CTest test.
function(credo_test name)
  cmake_parse_arguments(ARG "TORCH" "" "DEPENDS;SOURCES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  if(ARG_TORCH)
    target_precompile_headers(${name} REUSE_FROM credo_torch_pch)
  endif()
  set(properties TIMEOUT 600)
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES ${properties})
endfunction()
