# How everything of ours is compiled.

# Of this folder and those below alone, as all that follows.
if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# GCC 12 sees -Wrestrict and -Wstringop-overflow in concatenations of strings
# where there is none.
add_compile_options(-Wall -Wextra -Wno-restrict -Wno-stringop-overflow)
# Kernels are loops that the compiler vectorises. Nothing of ours reads errno or
# traps after a math call; NaN and infinity keep their meaning.
add_compile_options(-fno-math-errno -fno-trapping-math)

if(CREDO_SANITIZE)
  add_compile_options(-fsanitize=${CREDO_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CREDO_SANITIZE})
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The sloppiness lets ccache reuse objects made with a precompiled header.
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  endforeach()
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# A cross compiler brings the linker of its target.
if(NOT CMAKE_CROSSCOMPILING)
  find_program(MOLD_PROGRAM mold)
  if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
