# credo_host_headers(VARIABLE HEADER LINKED): a header-only library of the machine
# that builds, for a cross build. VARIABLE becomes a folder with a link to LINKED,
# the library's file or folder, alone: the other headers of the machine say what
# is so for its own processor and system.
function(credo_host_headers variable header linked)
  if(${variable})
    return()
  endif()
  find_path(CREDO_HOST_${variable} ${header}
    PATHS /usr/local/include /usr/include
    NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  set(folder ${PROJECT_BINARY_DIR}/host_headers/${variable})
  file(MAKE_DIRECTORY ${folder})
  file(CREATE_LINK ${CREDO_HOST_${variable}}/${linked} ${folder}/${linked}
    SYMBOLIC)
  set(${variable} ${folder} CACHE PATH "The folder that holds ${header}")
endfunction()
