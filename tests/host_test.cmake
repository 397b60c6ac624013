# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_host_test(NAME SOURCES FILE... [LINK TARGET...] [LABELS LABEL...]
#                      [ARGS ARG...] [TIMEOUT SECONDS]):
# an executable of that name, linked with cmocka and what LINK names, built with our
# warnings and (PICOVIRTIO_SANITIZE) the sanitizers, and registered in CTest under the
# label `host`. ARGS go to the executable; a hang is cut after TIMEOUT, 1200 if none is given: no
# test of ours comes near it on a host that is busy.
find_library(PICOVIRTIO_CMOCKA cmocka REQUIRED)
# GNU ld takes twice as long, and there are two hundred programs.
find_program(PICOVIRTIO_LLD ld.lld)
set(PICOVIRTIO_TEST_ENVIRONMENT
    UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=detect_stack_use_after_return=1)

function(picovirtio_host_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS;ARGS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "picovirtio_host_test(${name}): SOURCES missing, or stray arguments")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 1200)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES C_EXTENSIONS OFF)
  target_link_libraries(${name} PRIVATE picovirtio_common picovirtio_internal picovirtio_warnings
                                        ${arg_LINK} "${PICOVIRTIO_CMOCKA}")
  if(PICOVIRTIO_LLD)
    target_link_options(${name} PRIVATE -fuse-ld=lld)
  endif()
  # cmocka's expect and assert macros store pointers and enums in its own integer type.
  target_compile_options(${name} PRIVATE -Wno-conversion)
  # cmocka 2 has two macros for assert_in_range() and calls it deprecated; cmocka 1.1 has it alone.
  target_compile_definitions(${name} PRIVATE CMOCKA_DISABLE_DEPRECATION_WARNINGS)
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${arg_TIMEOUT}
    LABELS "host;${arg_LABELS}"
    ENVIRONMENT "${PICOVIRTIO_TEST_ENVIRONMENT}")
endfunction()

# picovirtio_host_test_again(NAME TEST VARIABLE=VALUE): a test of picovirtio_host_test() once more,
# with this in its environment.
function(picovirtio_host_test_again name test variable)
  add_test(NAME ${name} COMMAND ${test})
  set_tests_properties(${name} PROPERTIES TIMEOUT 1200 LABELS host
    ENVIRONMENT "${variable};${PICOVIRTIO_TEST_ENVIRONMENT}")
endfunction()
