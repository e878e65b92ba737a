# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# What each component needs. Used by the build (cmake/components.cmake) and, installed next to it, by
# copytoConfig.cmake, so that both look for the same things in the same way.

set(copyto_known_components core s3 snappy sqlite)

# What to install where a component cannot be had.
set(copyto_needs_core "Boost 1.81 or newer (headers) and fmt 9 or newer; libboost1.81-dev libfmt-dev on Debian 12")
set(copyto_needs_s3 "libcurl 7.84 or newer and OpenSSL 3; libcurl4-openssl-dev libssl-dev on Debian")
set(copyto_needs_snappy "Snappy; libsnappy-dev on Debian")
set(copyto_needs_sqlite "SQLite 3.38 or newer; libsqlite3-dev on Debian")

# copyto_find_dependencies(<component> <result>): looks for them without a word. <result> becomes the
# list of targets to link, or an empty list where one of them is missing. Targets that the including
# project has already are taken as they are. A macro, since what find_package sets belongs to the caller.
macro(copyto_find_dependencies component result)
  set(${result} "")
  if("${component}" STREQUAL "core")
    set(${result} Boost::headers fmt::fmt Threads::Threads)
    if(NOT TARGET Boost::headers)
      find_package(Boost 1.81 QUIET)
    endif()
    if(NOT TARGET fmt::fmt)
      find_package(fmt 9 QUIET)
    endif()
    if(NOT TARGET Threads::Threads)
      find_package(Threads QUIET)
    endif()
  elseif("${component}" STREQUAL "s3")
    set(${result} CURL::libcurl OpenSSL::Crypto)
    if(NOT TARGET CURL::libcurl)
      find_package(CURL 7.84 QUIET)
    endif()
    if(NOT TARGET OpenSSL::Crypto)
      find_package(OpenSSL 3.0 QUIET)
    endif()
  elseif("${component}" STREQUAL "snappy")
    set(${result} Snappy::snappy)
    if(NOT TARGET Snappy::snappy)
      find_package(Snappy QUIET)
    endif()
  elseif("${component}" STREQUAL "sqlite")
    set(${result} SQLite::SQLite3)
    if(NOT TARGET SQLite::SQLite3)
      find_package(SQLite3 3.38 QUIET)
    endif()
  endif()
  foreach(copyto_dependency IN LISTS ${result})
    if(NOT TARGET ${copyto_dependency})
      set(${result} "")
      break()
    endif()
  endforeach()
  unset(copyto_dependency)
endmacro()
