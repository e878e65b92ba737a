# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# Configures, builds and runs one of the projects in this folder, from scratch, in BINARY/consume/NAME.
# With REFUSAL its configuration must fail, with that text. WITHOUT names a package that must seem missing.

set(build "${BINARY}/consume/${NAME}")
file(REMOVE_RECURSE "${build}")

set(options "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" "-DCOPYTO_SOURCE=${SOURCE}"
            "-DCONSUME_COMPONENTS=${COMPONENTS}" "-DCONSUME_COMPILED=${COMPILED}" "-DCMAKE_BUILD_TYPE=Debug" "-DCMAKE_CXX_FLAGS_DEBUG=-O0")
if(COMPILED) # many bodies a translation unit, which takes a fifth of the time; the tests' own build has them apart
  list(APPEND options -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0)
endif()
string(REPLACE "|" ";" prefix_path "${PREFIX_PATH}")
if(PROJECT STREQUAL "find_package")
  list(PREPEND prefix_path "${BINARY}/consume/prefix")
endif()
string(REPLACE "|" ";" components "${COMPONENTS}")
if(WITHOUT)
  list(APPEND options "-DCMAKE_DISABLE_FIND_PACKAGE_${WITHOUT}=ON" "-DCONSUME_WITHOUT=${WITHOUT}")
endif()

execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${PROJECT}" -B "${build}" -G "${GENERATOR}" ${options}
          "-DCMAKE_PREFIX_PATH=${prefix_path}" --no-warn-unused-cli
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE status)
if(REFUSAL)
  if(status EQUAL 0)
    message(FATAL_ERROR "The project is configured, but must be refused:\n${output}")
  endif()
  string(REGEX REPLACE "[ \n]+" " " flat "${output}") # CMake wraps messages
  string(FIND "${flat}" "${REFUSAL}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "The refusal does not say \"${REFUSAL}\":\n${output}")
  endif()
  return()
endif()
if(NOT status EQUAL 0)
  message(FATAL_ERROR "Cannot configure:\n${output}")
endif()
if(output MATCHES "Warning")
  message(FATAL_ERROR "A warning while configuring:\n${output}")
endif()

if(CONFIGURE_ONLY)
  return()
endif()

execute_process(COMMAND "${CMAKE_COMMAND}" --build "${build}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${build}/consumer" WORKING_DIRECTORY "${build}" OUTPUT_VARIABLE output RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT output MATCHES "consumed copyto [0-9]")
  message(FATAL_ERROR "The program says \"${output}\" and ends with ${status}")
endif()
