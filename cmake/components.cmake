# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# The targets: copyto::core, one for each component that needs more libraries, and copyto::copyto,
# another name for copyto::core. All are INTERFACE targets that carry headers, include directories,
# C++20 and the libraries they need: no flags, no definitions. And copyto::compiled and so on, see compiled.cmake.

include(cmake/dependencies.cmake)

if(PROJECT_IS_TOP_LEVEL)
  set(COPYTO_COMPONENTS "${copyto_known_components}" CACHE STRING "Components to build and install; each must be possible")
else()
  set(COPYTO_COMPONENTS "" CACHE STRING "Components that must be possible; empty: those whose libraries are found")
  # The including project links our targets from its own directories.
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
endif()

# Which headers are whose, as regular expressions on paths below include/copyto (without detail/ and impl/, so
# that a header and its body go together). core has what nobody else has.
set(copyto_headers_s3 "^(http|auth)/|^topic/(schema_registry|msk_iam)|^store/(s3|service|open|target|way)|^export/validate|^(src_)?s3\\.hpp$|^testing/scripted_transport")
set(copyto_headers_snappy "^encode/codec/snappy\\.")
set(copyto_headers_gzip "^encode/codec/gzip\\.")
set(copyto_headers_zstd "^encode/codec/zstd\\.")
set(copyto_headers_lz4 "^encode/codec/lz4\\.")
set(copyto_headers_bloom "^encode/parquet/bloom_filter\\.")
set(copyto_headers_brotli "^encode/codec/brotli\\.")
set(copyto_headers_libdeflate "^encode/codec/libdeflate\\.")
set(copyto_headers_sqlite "^source/sqlite|^src_sqlite\\.hpp$")
set(copyto_headers_kafka "^topic/([abd-ln-rt-z]|concept|csv)|^(src_)?kafka\\.hpp$")
set(copyto_headers_postgres "^source/postgres|^src_postgres\\.hpp$")

file(
  GLOB_RECURSE copyto_files
  RELATIVE "${PROJECT_SOURCE_DIR}/include/copyto"
  CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/copyto/*.hpp" "${PROJECT_SOURCE_DIR}/include/copyto/*.ipp")
foreach(file IN LISTS copyto_files)
  string(REGEX REPLACE "(detail|impl)/" "" noun "${file}")
  set(owner core)
  foreach(component IN LISTS copyto_known_components)
    if(DEFINED copyto_headers_${component} AND noun MATCHES "${copyto_headers_${component}}")
      set(owner ${component})
    endif()
  endforeach()
  if(file MATCHES "\\.ipp$")
    set(set_ bodies)
  else()
    set(set_ headers)
  endif()
  list(APPEND copyto_${set_}_of_${owner} "${PROJECT_SOURCE_DIR}/include/copyto/${file}")
endforeach()

set(copyto_components "")
foreach(component IN LISTS copyto_known_components)
  if(COPYTO_COMPONENTS AND NOT component IN_LIST COPYTO_COMPONENTS AND NOT component STREQUAL "core")
    continue()
  endif()
  copyto_find_dependencies(${component} dependencies)
  if(NOT dependencies)
    if(component IN_LIST COPYTO_COMPONENTS OR component STREQUAL "core")
      message(
        FATAL_ERROR
          "copyto::${component} needs ${copyto_needs_${component}}.\n"
          "Install that (cmake/packages build does), or name the components you want: -DCOPYTO_COMPONENTS=\"core;...\"")
    endif()
    continue()
  endif()

  set(target copyto_${component})
  add_library(${target} INTERFACE)
  add_library(copyto::${component} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${component})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_link_libraries(${target} INTERFACE ${dependencies})
  if(NOT component STREQUAL "core")
    target_link_libraries(${target} INTERFACE copyto_core)
  endif()
  # Bodies are a set of their own: only headers compile alone.
  target_sources(
    ${target}
    INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${copyto_headers_of_${component}}
              FILE_SET bodies TYPE HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${copyto_bodies_of_${component}})
  if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES SYSTEM ON) # warnings are the including project's own
  endif()
  list(APPEND copyto_components ${component})
endforeach()
add_library(copyto::copyto ALIAS copyto_core)

include(cmake/compiled.cmake)
foreach(component IN LISTS copyto_components)
  copyto_add_compiled(${component} ${copyto_bodies_of_${component}})
endforeach()
