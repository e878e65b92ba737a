# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# For our own programs only (tests, examples, benchmarks, tools); none of this is exported.

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF) # there are none, and CMake 3.28 or newer would look into every file
option(COPYTO_WERROR "Warnings are errors" ON)
set(COPYTO_SANITIZE "" CACHE STRING "Sanitizers for all our programs, e.g. address,undefined")

if(COPYTO_SANITIZE)
  add_compile_options(-fsanitize=${COPYTO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${COPYTO_SANITIZE})
endif()

# Warnings.
add_library(copyto_dev INTERFACE)
target_compile_options(copyto_dev INTERFACE -Wall -Wextra -Wconversion $<$<BOOL:${COPYTO_WERROR}>:-Werror>)

# Every component of this build, header-only: what a user's program links.
add_library(copyto_all INTERFACE)
list(TRANSFORM copyto_components PREPEND copyto_ OUTPUT_VARIABLE copyto_component_targets)
target_link_libraries(copyto_all INTERFACE ${copyto_component_targets})

# The bodies compiled once, for programs of many translation units.
set(copyto_separate_sources "")
foreach(unit src src_s3 src_sqlite src_postgres)
  string(REPLACE "src_" "" component "${unit}")
  string(REPLACE "src" "core" component "${component}")
  if(component IN_LIST copyto_components)
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/separate/${unit}.cpp" CONTENT "#include <copyto/${unit}.hpp>\n")
    list(APPEND copyto_separate_sources "${PROJECT_BINARY_DIR}/separate/${unit}.cpp")
  endif()
endforeach()
add_library(copyto_separate STATIC EXCLUDE_FROM_ALL ${copyto_separate_sources})
target_compile_definitions(copyto_separate PUBLIC COPYTO_SEPARATE_COMPILATION)
target_link_libraries(copyto_separate PUBLIC copyto_all PRIVATE copyto_dev)
