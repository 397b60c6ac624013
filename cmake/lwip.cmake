# SPDX-License-Identifier: BSD-2-Clause
# lwIP, from Debian's source package as cmake/fetch.sh unpacks it. Its code is not ours: it is
# compiled as it comes, without our warnings. The target is picovirtio_lwip, if there is a source.
set(PICOVIRTIO_LWIP_SOURCE "${PROJECT_SOURCE_DIR}/build/lwip" CACHE PATH
    "A folder with lwIP's source in it (lwip-*/src)")
file(GLOB lwip "${PICOVIRTIO_LWIP_SOURCE}/lwip-*/src/core/init.c")
if(NOT lwip)
  message(STATUS "No source of lwIP in ${PICOVIRTIO_LWIP_SOURCE}: the image is built without TCP/IP")
  return()
endif()

# Which files belong to it differs between versions, and lwIP says so itself. Its file is read and not
# included: included, it would also write into the source and build lwIP's documentation.
list(GET lwip 0 lwip)
get_filename_component(lwip "${lwip}/../.." ABSOLUTE)
set(lists "")
if(EXISTS "${lwip}/Filelists.cmake")
  file(READ "${lwip}/Filelists.cmake" lists)
endif()
set(sources "${lwip}/netif/ethernet.c")
foreach(part IN ITEMS lwipcore lwipcore4 lwipmdns)
  string(REGEX MATCH "set\\(${part}_SRCS[^)]*\\)" list "${lists}")
  string(REGEX MATCHALL "/(core|apps)/[a-z0-9_/]+[.]c" files "${list}")
  if(NOT files)
    message(STATUS "${lwip}/Filelists.cmake does not list ${part}: the image is built without TCP/IP")
    return()
  endif()
  list(TRANSFORM files PREPEND "${lwip}")
  list(APPEND sources ${files})
endforeach()
add_library(picovirtio_lwip STATIC ${sources})
target_include_directories(picovirtio_lwip SYSTEM PUBLIC "${lwip}/include")
target_include_directories(picovirtio_lwip PUBLIC "${PROJECT_SOURCE_DIR}/firmware/network/lwip/port")
target_compile_options(picovirtio_lwip PRIVATE -ffunction-sections -fdata-sections -Wall -Wno-address)
target_link_libraries(picovirtio_lwip PUBLIC picovirtio_common picovirtio_internal)
