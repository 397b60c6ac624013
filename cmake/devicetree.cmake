# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_built_in_tree(NAME FILE [FIRST]): the object library NAME with a devicetree to build
# in: source (.dts), which needs dtc, or a blob; none if FILE is empty. FIRST: the image prefers it
# to a tree that the boot loader hands over. $<TARGET_OBJECTS:NAME> in an image's sources goes
# before what PICOVIRTIO_DEVICETREE chose for all images.
function(picovirtio_built_in_tree name file)
  cmake_parse_arguments(PARSE_ARGV 2 arg "FIRST" "" "")
  get_filename_component(builtin "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../board/common/builtin.S" ABSOLUTE)
  add_library(${name} OBJECT "${builtin}")
  if(NOT file)
    return()
  endif()
  get_filename_component(file "${file}" ABSOLUTE BASE_DIR "${CMAKE_BINARY_DIR}")
  set(blob "${file}")
  if(file MATCHES "[.]dts$")
    find_program(PICOVIRTIO_DTC dtc)
    if(NOT PICOVIRTIO_DTC)
      message(FATAL_ERROR "${file} is the source of a devicetree, and its compiler dtc is not installed. "
                          "Install dtc (Debian's package device-tree-compiler), or name a .dtb file instead.")
    endif()
    set(blob "${CMAKE_CURRENT_BINARY_DIR}/${name}.dtb")
    add_custom_command(OUTPUT "${blob}" VERBATIM DEPENDS "${file}"
      COMMAND "${PICOVIRTIO_DTC}" -q -I dts -O dtb -o "${blob}" "${file}")
  endif()
  set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.S")
  set(first "")
  if(arg_FIRST)
    set(first "#define PICOVIRTIO_DEVICETREE_FIRST\n")
  endif()
  file(CONFIGURE OUTPUT "${object}" CONTENT
       "${first}#define PICOVIRTIO_DEVICETREE_BLOB \"${blob}\"\n#include \"${builtin}\"\n")
  set_target_properties(${name} PROPERTIES SOURCES "${object}")
  set_source_files_properties("${object}" PROPERTIES OBJECT_DEPENDS "${blob}")
endfunction()
