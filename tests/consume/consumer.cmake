# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# What the projects in this folder do after they have got copyto: one program.

add_executable(consumer "${CMAKE_CURRENT_LIST_DIR}/main.cpp")
target_link_libraries(consumer PRIVATE copyto::copyto)
if(CONSUME_COMPILED)
  target_link_libraries(consumer PRIVATE copyto::compiled)
endif()
string(REPLACE "|" ";" components "${CONSUME_COMPONENTS}")
foreach(component IN LISTS components)
  target_link_libraries(consumer PRIVATE copyto::${component})
  target_compile_definitions(consumer PRIVATE CONSUME_${component})
  if(CONSUME_COMPILED AND TARGET copyto::compiled_${component})
    target_link_libraries(consumer PRIVATE copyto::compiled_${component})
  endif()
endforeach()
# C++20 and the warning level are each program's own business: ours is strict, and copyto must bear it.
target_compile_options(consumer PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast -Werror)

# Nothing but headers, C++20 and libraries may reach the program.
foreach(component core ${components})
  foreach(property INTERFACE_COMPILE_OPTIONS INTERFACE_COMPILE_DEFINITIONS INTERFACE_LINK_OPTIONS)
    get_target_property(leaked copyto::${component} ${property})
    if(leaked)
      message(FATAL_ERROR "copyto::${component} leaks ${property} ${leaked}")
    endif()
  endforeach()
endforeach()
if(CONSUME_WITHOUT STREQUAL "CURL" AND TARGET copyto::s3)
  message(FATAL_ERROR "copyto::s3 exists although libcurl is missing")
endif()
if(NOT CONSUME_WITHOUT AND NOT TARGET copyto::s3)
  message(FATAL_ERROR "copyto::s3 is missing although its libraries are there")
endif()
