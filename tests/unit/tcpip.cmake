# SPDX-License-Identifier: BSD-2-Clause
# TCP/IP of the firmware: the parts that know no network, and, where lwIP's source is at hand, the
# whole of it under the sanitizers.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
picovirtio_host_test(unit.mini_ip_udp SOURCES mini_ip_udp_test.c "${firmware}/network/mini_ip.c")
picovirtio_host_test(unit.tcpip_text
  SOURCES tcpip_text_test.c "${firmware}/network/lwip/tftp.c" "${firmware}/network/lwip/http_lines.c"
          "${firmware}/network/lwip/body.c" "${firmware}/network/lwip/hash.c"
  LINK picovirtio_files)
set(http http_lines http_url http_answer http_request)
list(TRANSFORM http REPLACE ".+" "${firmware}/network/lwip/\\0.c")
foreach(part IN ITEMS answer request url)
  picovirtio_host_test(unit.http_${part} SOURCES http_${part}_test.c ${http})
endforeach()
if(TARGET picovirtio_lwip)
  set(lwip stack timers interface dns_ping port hash server answer fetch iperf iperf_send iperf_stream iperf_udp iperf_udp_send clock sntp name tftp tftp_fetch body watch ourselves counters frames
    http_lines http_url http_answer http_request)
  list(TRANSFORM lwip REPLACE ".+" "${firmware}/network/lwip/\\0.c")
  add_library(tcpip_of_firmware OBJECT ${lwip} "${firmware}/network/mini_ip.c" "${firmware}/network/net.c"
    "${firmware}/devices/trace.c" "${firmware}/devices/wait.c" "${firmware}/words/complain.c" "${PROJECT_SOURCE_DIR}/drivers/loop.c")
  set_target_properties(tcpip_of_firmware PROPERTIES C_EXTENSIONS OFF)
  target_link_libraries(tcpip_of_firmware PUBLIC picovirtio_common picovirtio_internal picovirtio_lwip
                                                 picovirtio_drivers picovirtio_files PRIVATE picovirtio_warnings)
  picovirtio_host_test(unit.tcpip SOURCES tcpip_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_datagrams SOURCES tcpip_datagrams_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_rest SOURCES tcpip_rest_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_strangers SOURCES tcpip_strangers_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_keep SOURCES tcpip_keep_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_clock SOURCES tcpip_clock_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_name SOURCES tcpip_name_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_iperf SOURCES tcpip_iperf_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_iperf_udp SOURCES tcpip_iperf_udp_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_tftp SOURCES tcpip_tftp_test.c LINK tcpip_of_firmware)
  picovirtio_host_test(unit.tcpip_get SOURCES tcpip_get_test.c LINK tcpip_of_firmware)
  # The long form: tests/run -L soak
  foreach(long IN ITEMS "unit.tcpip_fuzz 2000 host" "unit.tcpip_fuzz.soak 1000000 host|soak")
    string(REGEX MATCHALL "[^ ]+" words "${long}")
    list(GET words 0 name)
    list(GET words 1 runs)
    list(GET words 2 labels)
    string(REPLACE "|" ";" labels "${labels}")
    add_test(NAME ${name} COMMAND Python3::Interpreter -B "${CMAKE_CURRENT_SOURCE_DIR}/tcpip_fuzz.py"
                                  clang "${PROJECT_SOURCE_DIR}" "${PICOVIRTIO_LWIP_SOURCE}" ${runs})
    set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT 7200)
  endforeach()
endif()
