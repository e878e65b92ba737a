# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
#
# cmake --install: headers, and a CMake package with one export set for each component.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

option(COPYTO_INSTALL "Add install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT COPYTO_INSTALL)
  return()
endif()

set(copyto_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/copyto")
foreach(component IN LISTS copyto_components)
  install(
    TARGETS copyto_${component}
    EXPORT copyto-${component}
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILE_SET bodies DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(
    EXPORT copyto-${component}
    NAMESPACE copyto::
    DESTINATION "${copyto_package_dir}")
endforeach()

configure_package_config_file(cmake/copytoConfig.cmake.in "${PROJECT_BINARY_DIR}/copytoConfig.cmake"
                              INSTALL_DESTINATION "${copyto_package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/copytoConfigVersion.cmake" COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/copytoConfig.cmake" "${PROJECT_BINARY_DIR}/copytoConfigVersion.cmake"
              cmake/dependencies.cmake cmake/compiled.cmake DESTINATION "${copyto_package_dir}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
