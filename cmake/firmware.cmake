# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_firmware(NAME SOURCE... [LINK TARGET...] [DEVICETREE FILE]): sources with a main() become
#     NAME.elf   for QEMU's -kernel and for gdb
#     NAME.bin   the same as raw bytes, to be put anywhere: they copy themselves to the load
#                address; a Linux image by their first bytes
#     NAME.map   what is where, and which file asked for it
#     NAME.size  text, data and bss; also shown when it is built
# linked with the board (start-up, link script), the drivers, stdio and the C library. There is no
# heap: an image that calls malloc() does not link. DEVICETREE, a .dts (which needs dtc) or .dtb, is
# built in, and taken whatever the boot loader hands over; the project has to enable ASM.
include("${CMAKE_CURRENT_LIST_DIR}/devicetree.cmake")
get_target_property(load_address picovirtio::board_${PICOVIRTIO_BOARD}
                    PICOVIRTIO_DEFAULT_LOAD_ADDRESS)
set(PICOVIRTIO_LOAD_ADDRESS "${load_address}" CACHE STRING
    "Where the image runs: RAM, a multiple of 4096; 0x0 is one")
if(NOT PICOVIRTIO_LOAD_ADDRESS MATCHES "^(0x[0-9a-fA-F]+|[0-9]+)$")
  message(FATAL_ERROR "PICOVIRTIO_LOAD_ADDRESS is '${PICOVIRTIO_LOAD_ADDRESS}', not a number")
endif()
math(EXPR in_page "${PICOVIRTIO_LOAD_ADDRESS} % 4096")
if(in_page)
  message(FATAL_ERROR "PICOVIRTIO_LOAD_ADDRESS is ${PICOVIRTIO_LOAD_ADDRESS}, no multiple of 4096")
endif()

function(picovirtio_firmware name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DEVICETREE" "LINK")
  set(board picovirtio::board_${PICOVIRTIO_BOARD})
  get_target_property(script ${board} PICOVIRTIO_LINK_SCRIPT)
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}")

  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  if(arg_DEVICETREE)
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    if(NOT "ASM" IN_LIST languages)
      message(FATAL_ERROR "picovirtio_firmware(${name} ... DEVICETREE) needs ASM: project(... LANGUAGES C ASM)")
    endif()
    get_filename_component(tree "${arg_DEVICETREE}" ABSOLUTE)
    picovirtio_built_in_tree(${name}_tree "${tree}" FIRST)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:${name}_tree>)
  endif()
  set_target_properties(${name} PROPERTIES
    SUFFIX .elf  C_STANDARD 11  C_EXTENSIONS OFF  LINK_DEPENDS "${script}"
    ADDITIONAL_CLEAN_FILES "${out}.bin;${out}.map;${out}.size")
  target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
  target_link_libraries(${name} PRIVATE ${arg_LINK} picovirtio::stdio picovirtio::drivers
                                        picovirtio::transport ${board})
  # The script goes to the compiler driver: hidden behind -Wl, picolibc's own would be
  # used as well.
  target_link_options(${name} PRIVATE
    -nostartfiles -T "${script}" -Wl,-u,_start
    -Wl,--defsym=PICOVIRTIO_LOAD_ADDRESS=${PICOVIRTIO_LOAD_ADDRESS}
    -Wl,--gc-sections -Wl,--fatal-warnings
    -Xlinker "-Map=${out}.map") # -Wl, would split a path at its commas
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} -O binary ${name}.elf ${name}.bin
    COMMAND ${CMAKE_SIZE_UTIL} ${name}.elf > ${name}.size
    COMMAND ${CMAKE_COMMAND} -E cat ${name}.size
    BYPRODUCTS ${out}.bin ${out}.map ${out}.size
    WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}"
    VERBATIM)
endfunction()
