# SPDX-License-Identifier: BSD-2-Clause
# TCP/IP of the firmware: the parts that know no network, and, where lwIP's source is at hand, the
# whole of it under the sanitizers.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.mini_ip_udp SOURCES mini_ip_udp_test.c "${firmware}/network/mini_ip.c")
picovirtio_host_test(unit.tcpip_text
  SOURCES tcpip_text_test.c "${firmware}/network/lwip/http.c" "${firmware}/network/lwip/tftp.c"
          "${firmware}/network/lwip/body.c" "${firmware}/network/lwip/hash.c"
  LINK picovirtio_files)
if(TARGET picovirtio_lwip)
  picovirtio_host_test(unit.tcpip
    SOURCES tcpip_test.c "${firmware}/network/lwip/stack.c" "${firmware}/network/lwip/dns_ping.c"
            "${firmware}/network/lwip/port.c" "${firmware}/network/lwip/hash.c" "${firmware}/network/lwip/http.c"
            "${firmware}/network/lwip/server.c" "${firmware}/network/mini_ip.c" "${PROJECT_SOURCE_DIR}/drivers/loop.c"
            "${firmware}/devices/trace.c" "${firmware}/network/net.c"
    LINK picovirtio_lwip picovirtio_drivers)
endif()
