# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# copyto::compiled, copyto::compiled_s3, copyto::compiled_sqlite, copyto::compiled_postgres: the same code as the
# header-only targets copyto::core, copyto::s3 and so on, with each body compiled once, as a translation unit of its own,
# into static libraries that the including project builds for itself, with its own flags, and only where it links them.
# Used by the build and, installed, by copytoConfig.cmake.

# copyto_add_compiled(<component> <body>...): nothing where a component has no bodies.
function(copyto_add_compiled component)
  if(NOT ARGN)
    return()
  endif()
  set(name copyto_compiled)
  if(NOT component STREQUAL "core")
    string(APPEND name "_${component}")
  endif()
  string(REPLACE "copyto_" "copyto::" alias "${name}")
  if(TARGET ${name})
    return()
  endif()
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${ARGN})
  add_library(${alias} ALIAS ${name})
  set_source_files_properties(${ARGN} PROPERTIES LANGUAGE CXX HEADER_FILE_ONLY OFF)
  target_compile_definitions(${name} PUBLIC COPYTO_SEPARATE_COMPILATION)
  target_link_libraries(${name} PUBLIC copyto::${component})
  set_target_properties(${name} PROPERTIES CXX_SCAN_FOR_MODULES OFF)
  if(NOT component STREQUAL "core")
    target_link_libraries(${name} PUBLIC copyto::compiled)
  endif()
endfunction()
