# SPDX-License-Identifier: BSD-2-Clause
# lwIP, from Debian's source package as cmake/setup.sh unpacks it. Its code is not ours: it is
# compiled as it comes, without our warnings. The target is picovirtio_lwip, if there is a source.
set(PICOVIRTIO_LWIP_SOURCE "${PROJECT_SOURCE_DIR}/build/lwip" CACHE PATH
    "A folder with lwIP's source in it (lwip-*/src)")
file(GLOB lwip "${PICOVIRTIO_LWIP_SOURCE}/lwip-*/src/core/init.c")
if(NOT lwip)
  message(STATUS "No source of lwIP in ${PICOVIRTIO_LWIP_SOURCE}: the image is built without TCP/IP")
  return()
endif()

list(GET lwip 0 lwip)
get_filename_component(lwip "${lwip}/../.." ABSOLUTE)
set(sources netif/ethernet.c)
foreach(part IN ITEMS init def dns inet_chksum ip mem memp netif pbuf raw stats sys tcp tcp_in tcp_out
                      timeouts udp ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/ip4 ipv4/ip4_addr ipv4/ip4_frag)
  list(APPEND sources "core/${part}.c")
endforeach()
list(TRANSFORM sources PREPEND "${lwip}/")
add_library(picovirtio_lwip STATIC ${sources})
target_include_directories(picovirtio_lwip SYSTEM PUBLIC "${lwip}/include")
target_include_directories(picovirtio_lwip PUBLIC "${PROJECT_SOURCE_DIR}/firmware/tcpip/port")
target_compile_options(picovirtio_lwip PRIVATE -ffunction-sections -fdata-sections -Wall -Wno-address)
target_link_libraries(picovirtio_lwip PUBLIC picovirtio_common picovirtio_internal)
