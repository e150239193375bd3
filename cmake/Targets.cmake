include(GNUInstallDirs)

# credo_library(NAME [TORCH] [EXCEPT file ...] DEPENDS ...): a static library out
# of the .cc files of the current folder but those of EXCEPT. TORCH: its files see
# LibTorch and share one precompiled header.
function(credo_library name)
  cmake_parse_arguments(ARG "TORCH" "" "DEPENDS;EXCEPT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  foreach(file ${ARG_EXCEPT})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  if(NOT sources)
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cc)
    file(WRITE ${sources} "")
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/credo/learn>)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
  if(ARG_TORCH)
    target_link_libraries(${name} PUBLIC credo::torch)
    target_precompile_headers(${name} REUSE_FROM credo_torch_pch)
  endif()
endfunction()

# credo_use_torch_pch(NAME): a program whose files see LibTorch shares the one
# precompiled header. That was made with -fPIC; -fPIE, which CMake gives
# programs, would make the compiler refuse it.
function(credo_use_torch_pch name)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  target_precompile_headers(${name} REUSE_FROM credo_torch_pch)
endfunction()

# credo_test(NAME [TORCH] [TIMEOUT SECONDS] DEPENDS ... SOURCES ... LABELS ...):
# a GoogleTest program; each of its cases becomes a CTest test, or each quarter
# of them where they are quick and LibTorch is linked, which takes a third of a
# second to load. In a cross build the program is one test: its emulator takes
# longer to start than a case to run.
function(credo_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT" "DEPENDS;SOURCES;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  # A test runs once: optimising it takes longer than it saves.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(ARG_TORCH)
    credo_use_torch_pch(${name})
  endif()
  # Threads of OpenMP spin while they wait, which slows whatever runs beside.
  set(properties TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT OMP_NUM_THREADS=1)
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  if(CMAKE_CROSSCOMPILING)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES ${properties})
  elseif(ARG_TORCH AND NOT ARG_LABELS)
    foreach(shard RANGE 3)
      add_test(NAME ${name}.${shard} COMMAND ${name})
      set_tests_properties(${name}.${shard} PROPERTIES ${properties})
      set_property(TEST ${name}.${shard} APPEND PROPERTY ENVIRONMENT
        GTEST_TOTAL_SHARDS=4 GTEST_SHARD_INDEX=${shard})
    endforeach()
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES ${properties})
  endif()
endfunction()

# credo_shipped(NAME ...): what of these targets a program does not use is left
# out of it, and no symbol of theirs keeps a library from being unloaded.
function(credo_shipped)
  foreach(name ${ARGN})
    target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
    # Small where it is not hot: kernels say otherwise for themselves.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-Os>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${name} PRIVATE
        $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
    endif()
    set_target_properties(${name} PROPERTIES
      CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endforeach()
endfunction()
