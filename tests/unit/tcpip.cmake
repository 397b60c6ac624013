# SPDX-License-Identifier: BSD-2-Clause
# TCP/IP of the firmware: the parts that know no network, and, where lwIP's source is at hand, the
# whole of it under the sanitizers.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.station_udp SOURCES station_udp_test.c "${firmware}/station.c")
picovirtio_host_test(unit.tcpip_text
  SOURCES tcpip_text_test.c "${firmware}/tcpip/http.c" "${firmware}/tcpip/tftp.c"
          "${firmware}/tcpip/body.c" "${firmware}/tcpip/hash.c"
  LINK picovirtio_files)
if(TARGET picovirtio_lwip)
  picovirtio_host_test(unit.tcpip
    SOURCES tcpip_test.c "${firmware}/tcpip/stack.c" "${firmware}/tcpip/ask.c"
            "${firmware}/tcpip/port.c" "${firmware}/tcpip/hash.c" "${firmware}/tcpip/http.c"
            "${firmware}/tcpip/server.c" "${firmware}/station.c" "${PROJECT_SOURCE_DIR}/drivers/loop.c"
            "${firmware}/trace.c" "${firmware}/net.c"
    LINK picovirtio_lwip picovirtio_drivers)
endif()
