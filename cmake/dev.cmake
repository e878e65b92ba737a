# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# For our own programs only (tests, examples, benchmarks, tools); none of this is exported.

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF) # there are none, and CMake 3.28 or newer would look into every file
option(COPYTO_WERROR "Warnings are errors" ON)
set(COPYTO_SANITIZE "" CACHE STRING "Sanitizers for all our programs, e.g. address,undefined")

if(COPYTO_SANITIZE)
  set(copyto_sanitize -fsanitize=${COPYTO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(${copyto_sanitize})
  add_link_options(-fsanitize=${COPYTO_SANITIZE})
endif()

# Warnings.
add_library(copyto_dev INTERFACE)
target_compile_options(copyto_dev INTERFACE -Wall -Wextra -Wconversion $<$<BOOL:${COPYTO_WERROR}>:-Werror>)

# Every component of this build, header-only: what a user's program links.
add_library(copyto_all INTERFACE)
list(TRANSFORM copyto_components PREPEND copyto_ OUTPUT_VARIABLE copyto_component_targets)
target_link_libraries(copyto_all INTERFACE ${copyto_component_targets})

# The same with the bodies compiled once, each by itself: an edited body is one translation unit. What they take from
# elsewhere is precompiled, which halves their time, and they have our warnings.
add_library(copyto_separate INTERFACE)
foreach(component IN LISTS copyto_components)
  set(target copyto_compiled_${component})
  if(component STREQUAL "core")
    set(target copyto_compiled)
  endif()
  if(TARGET ${target})
    target_link_libraries(${target} PRIVATE copyto_dev)
    target_compile_options(${target} PRIVATE ${copyto_sanitize}) # they were made before add_compile_options
    target_link_libraries(copyto_separate INTERFACE ${target})
  endif()
endforeach()
target_link_libraries(copyto_separate INTERFACE copyto_all)
