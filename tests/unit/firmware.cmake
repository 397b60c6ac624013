# SPDX-License-Identifier: BSD-2-Clause
# The parts of the firmware that know no machine: compiled from their sources, with what
# they stand on faked in the test.
set(firmware "${PROJECT_SOURCE_DIR}/firmware")
foreach(test IN ITEMS line_test line_rows_test)
  picovirtio_host_test(${test} SOURCES ${test}.c line_rig.c screen_rig.c "${firmware}/console/line.c"
    "${firmware}/console/row.c" "${firmware}/console/keys.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
endforeach()
picovirtio_host_test(complete_test SOURCES complete_test.c line_rig.c screen_rig.c "${firmware}/console/line.c"
  "${firmware}/console/row.c" "${firmware}/console/keys.c" "${firmware}/console/complete.c" "${firmware}/console/words.c"
  "${firmware}/console/command.c" "${firmware}/words/outside.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
picovirtio_host_test(words_test SOURCES words_test.c "${firmware}/console/words.c")
picovirtio_host_test(hint_test SOURCES hint_test.c "${firmware}/console/hint.c")
picovirtio_host_test(trace_test SOURCES trace_test.c "${firmware}/devices/trace.c")
picovirtio_host_test(loop_test SOURCES loop_test.c "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${firmware}/devices/trace.c")
picovirtio_host_test(loop_lines_test SOURCES loop_lines_test.c "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${firmware}/devices/trace.c")
picovirtio_host_test(format_test SOURCES format_test.c "${PROJECT_SOURCE_DIR}/stdio/format.c")
picovirtio_host_test(quirks_test SOURCES quirks_test.c "${firmware}/devices/quirks.c" "${firmware}/devices/bootargs.c")
picovirtio_host_test(bootargs_test SOURCES bootargs_test.c "${firmware}/devices/bootargs.c")
picovirtio_host_test(wait_test SOURCES wait_test.c "${firmware}/devices/wait.c")
picovirtio_host_test(stdio_test SOURCES stdio_test.c "${PROJECT_SOURCE_DIR}/stdio/output.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
picovirtio_host_test(output_plain_test SOURCES output_plain_test.c "${PROJECT_SOURCE_DIR}/stdio/output.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c")
foreach(test IN ITEMS terminal_test terminal_place_test)
  picovirtio_host_test(${test} SOURCES ${test}.c terminal_rig.c
    "${PROJECT_SOURCE_DIR}/stdio/terminal.c" "${PROJECT_SOURCE_DIR}/stdio/port.c" "${PROJECT_SOURCE_DIR}/stdio/output.c" "${PROJECT_SOURCE_DIR}/stdio/utf8.c" "${PROJECT_SOURCE_DIR}/drivers/loop.c" "${firmware}/devices/trace.c")
endforeach()
