# SPDX-License-Identifier: BSD-2-Clause
# The image that the tests boot, linked in other ways, next to the original. Each is
# picovirtio-NAME.elf and .bin.
get_target_property(picovirtio_options picovirtio-selftest LINK_OPTIONS)
get_target_property(picovirtio_libraries picovirtio-selftest LINK_LIBRARIES)

function(picovirtio_other_image name load_address)
  set(target picovirtio-${name})
  set(folder "${PROJECT_BINARY_DIR}/firmware")
  list(TRANSFORM picovirtio_options REPLACE "PICOVIRTIO_LOAD_ADDRESS=.*"
       "PICOVIRTIO_LOAD_ADDRESS=${load_address}")
  list(TRANSFORM picovirtio_options REPLACE "-Map=.*" "-Map=${folder}/${target}.map")
  add_executable(${target} ${ARGN} $<TARGET_OBJECTS:picovirtio-selftest>)
  set_target_properties(${target} PROPERTIES SUFFIX .elf  RUNTIME_OUTPUT_DIRECTORY "${folder}")
  target_link_options(${target} PRIVATE ${picovirtio_options})
  target_link_libraries(${target} PRIVATE ${picovirtio_libraries})
  add_custom_command(TARGET ${target} POST_BUILD WORKING_DIRECTORY "${folder}" VERBATIM
    COMMAND ${CMAKE_OBJCOPY} -O binary ${target}.elf ${target}.bin)
endfunction()

# With a tree built in: the one that QEMU generates for this board. Without QEMU the image
# can still be built; no test of it can run then.
execute_process(COMMAND "${Python3_EXECUTABLE}" -B "${CMAKE_CURRENT_SOURCE_DIR}/run.py"
                        --board "${PICOVIRTIO_PRESET}" --dump "${CMAKE_CURRENT_BINARY_DIR}/board.dtb"
                RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
if(failed)
  message(STATUS "${PICOVIRTIO_PRESET}: QEMU gave no devicetree, so no image has one built in")
else()
  picovirtio_built_in_tree(picovirtio_board_tree "${CMAKE_CURRENT_BINARY_DIR}/board.dtb")
  picovirtio_other_image(tree ${PICOVIRTIO_LOAD_ADDRESS} $<TARGET_OBJECTS:picovirtio_board_tree>)
  picovirtio_built_in_tree(picovirtio_first_tree "${CMAKE_CURRENT_BINARY_DIR}/board.dtb" FIRST)
  picovirtio_other_image(tree-first ${PICOVIRTIO_LOAD_ADDRESS} $<TARGET_OBJECTS:picovirtio_first_tree>)
endif()

# At another load address: 8 MiB further on, and at 0 (which most boards can only link).
math(EXPR further "${PICOVIRTIO_LOAD_ADDRESS} + 0x800000" OUTPUT_FORMAT HEXADECIMAL)
picovirtio_other_image(moved ${further})
picovirtio_other_image(zero 0x0)
