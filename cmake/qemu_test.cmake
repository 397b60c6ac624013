# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_add_qemu_test(NAME name IMAGE target [EXPECT regex...] [INPUT text] [EXIT code]
#                          [TIMEOUT seconds] [REGISTERS modern|legacy] [QEMU argument...])
# A CTest test that boots the image in QEMU with its console captured. The test passes if QEMU ends
# with the exit code EXIT (default 0) within TIMEOUT seconds (default 300) and every EXPECT matches
# what the machine printed, in that order. INPUT is typed into the virtio console. REGISTERS chooses
# the register version of the devices (default modern). Everything after QEMU goes to QEMU, for
# example  QEMU -device virtio-rng-device. On a failure the test prints the command and the text.
# Run as a script (cmake -P) this file is such a test.
if(CMAKE_SCRIPT_MODE_FILE)
  file(WRITE "${OUT}.in" "${INPUT}")
  set(command ${QEMU} -display none -monitor none -global virtio-mmio.force-legacy=${LEGACY}
      -chardev stdio,id=con,signal=off -serial "file:${OUT}.early" -device virtio-serial-device
      -device virtconsole,chardev=con -kernel "${IMAGE}" ${ARGUMENTS})
  # To files: QEMU drops console output that a pipe does not take at once.
  execute_process(COMMAND ${command} INPUT_FILE "${OUT}.in" OUTPUT_FILE "${OUT}.txt"
                  ERROR_FILE "${OUT}.err" TIMEOUT ${TIMEOUT} RESULT_VARIABLE code)
  foreach(kind IN ITEMS early txt err)
    set(${kind} "")
    if(EXISTS "${OUT}.${kind}")
      file(READ "${OUT}.${kind}" ${kind})
      string(REPLACE "\r" "" ${kind} "${${kind}}")
    endif()
  endforeach()
  list(JOIN command " " command)
  set(seen "${command}\n--- early console ---\n${early}\n--- virtio console ---\n${txt}\n--- QEMU ---\n${err}")
  if(NOT code STREQUAL EXIT)
    message(FATAL_ERROR "Exit code ${code} instead of ${EXIT}.\n${seen}")
  endif()
  set(rest "${txt}")
  foreach(regex IN LISTS EXPECT)
    if(NOT rest MATCHES "${regex}")
      message(FATAL_ERROR "Not printed (or not in this order): ${regex}\n${seen}")
    endif()
    string(FIND "${rest}" "${CMAKE_MATCH_0}" at)
    string(LENGTH "${CMAKE_MATCH_0}" length)
    math(EXPR at "${at} + ${length}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
  endforeach()
  message("${txt}")
  return()
endif()

set(PICOVIRTIO_QEMU_TEST "${CMAKE_CURRENT_LIST_FILE}")

function(picovirtio_add_qemu_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;IMAGE;INPUT;EXIT;TIMEOUT;REGISTERS" "EXPECT;QEMU")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT TARGET "${arg_IMAGE}")
    message(FATAL_ERROR "picovirtio_add_qemu_test: NAME is missing, IMAGE is no target, or stray "
                        "arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_REGISTERS)
    set(arg_REGISTERS modern)
  endif()
  if(NOT arg_REGISTERS MATCHES "^(modern|legacy)$")
    message(FATAL_ERROR "picovirtio_add_qemu_test: REGISTERS is '${arg_REGISTERS}', not modern or legacy")
  endif()
  set(legacy_modern false)
  set(legacy_legacy true)
  if(NOT DEFINED arg_EXIT)
    set(arg_EXIT 0)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  get_target_property(qemu picovirtio::board_${PICOVIRTIO_BOARD} PICOVIRTIO_QEMU)
  math(EXPR limit "${arg_TIMEOUT} + 10")
  add_test(NAME ${arg_NAME} COMMAND "${CMAKE_COMMAND}" -D "QEMU=${qemu}" -D "IMAGE=$<TARGET_FILE:${arg_IMAGE}>"
           -D "OUT=${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}" -D "INPUT=${arg_INPUT}" -D "EXPECT=${arg_EXPECT}"
           -D EXIT=${arg_EXIT} -D TIMEOUT=${arg_TIMEOUT} -D LEGACY=${legacy_${arg_REGISTERS}}
           -D "ARGUMENTS=${arg_QEMU}" -P "${PICOVIRTIO_QEMU_TEST}")
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${limit})
endfunction()
