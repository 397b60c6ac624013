# SPDX-License-Identifier: BSD-2-Clause
# cmake --install: the libraries of one toolchain and board, their headers, what CMake
# (find_package) and pkg-config need to find them, and for images the toolchain files, the link
# script and picovirtio_firmware(). Another toolchain or board goes to another prefix.
if(NOT PROJECT_IS_TOP_LEVEL AND NOT PICOVIRTIO_INSTALL)
  return()
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(targets picovirtio_common picovirtio_board picovirtio_virtqueue picovirtio_transport
            picovirtio_drivers picovirtio_files)
if(PICOVIRTIO_BOARD)
  list(APPEND targets picovirtio_board_common picovirtio_board_${PICOVIRTIO_BOARD} picovirtio_stdio)
endif()
install(TARGETS ${targets} EXPORT picovirtio ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
foreach(module IN LISTS PICOVIRTIO_MODULES)
  install(DIRECTORY "${module}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
endforeach()

# Below share/picovirtio the files lie to each other as in the repository.
set(data "${CMAKE_INSTALL_DATADIR}/picovirtio")
file(GLOB helpers cmake/riscv*.cmake cmake/aarch64.cmake cmake/armv7.cmake cmake/firmware.cmake
     cmake/flash.cmake cmake/qemu_test.cmake cmake/devicetree.cmake cmake/newlib.cmake)
install(FILES ${helpers} DESTINATION "${data}/cmake")
install(PROGRAMS cmake/newlib.sh DESTINATION "${data}/cmake")
install(FILES board/common/link.ld board/common/builtin.S DESTINATION "${data}/board/common")
install(FILES LICENSE README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY examples DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/picovirtio")
install(EXPORT picovirtio NAMESPACE picovirtio:: FILE picovirtio-targets.cmake
        DESTINATION "${package}")
configure_package_config_file(cmake/picovirtio-config.cmake.in
  "${PROJECT_BINARY_DIR}/picovirtio-config.cmake" INSTALL_DESTINATION "${package}"
  PATH_VARS data NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/picovirtio-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/picovirtio-config.cmake"
              "${PROJECT_BINARY_DIR}/picovirtio-config-version.cmake" DESTINATION "${package}")

set(pc_definitions "")
foreach(option PICOVIRTIO_PACKED PICOVIRTIO_LEGACY PICOVIRTIO_EXTENSIONS PICOVIRTIO_BLK_EXTRAS)
  if(${option})
    string(APPEND pc_definitions "-D${option}=1 ")
  else()
    string(APPEND pc_definitions "-D${option}=0 ")
  endif()
endforeach()
string(STRIP "${pc_definitions}" pc_definitions)
configure_file(cmake/picovirtio.pc.in "${PROJECT_BINARY_DIR}/picovirtio.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/picovirtio.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
