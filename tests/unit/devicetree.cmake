# SPDX-License-Identifier: BSD-2-Clause
# The devicetree reader and the arena. libfdt is the oracle, in tests only.
find_library(PICOVIRTIO_FDT fdt REQUIRED)
find_program(PICOVIRTIO_DTC dtc REQUIRED)
find_program(PICOVIRTIO_QEMU_RISCV64 qemu-system-riscv64 REQUIRED)

set(dt_trees "${CMAKE_CURRENT_BINARY_DIR}/trees")
file(MAKE_DIRECTORY "${dt_trees}")
set(dt_outputs "")

foreach(tree bare names narrow buses)
  set(source "${PROJECT_SOURCE_DIR}/tests/trees/${tree}.dts")
  set(output "${dt_trees}/${tree}")
  add_custom_command(
    OUTPUT "${output}.dtb" "${output}-v16.dtb"
    COMMAND "${PICOVIRTIO_DTC}" -q -I dts -O dtb -o "${output}.dtb" "${source}"
    COMMAND "${PICOVIRTIO_DTC}" -q -I dts -O dtb -V 16 -o "${output}-v16.dtb" "${source}"
    DEPENDS "${source}" VERBATIM)
  list(APPEND dt_outputs "${output}.dtb" "${output}-v16.dtb")
endforeach()

# What QEMU hands to its guests, from the QEMU that is installed.
function(picovirtio_qemu_tree name machine)
  add_custom_command(
    OUTPUT "${dt_trees}/${name}.dtb"
    COMMAND "${PICOVIRTIO_QEMU_RISCV64}" -display none
            -machine "${machine},dumpdtb=${name}.dtb" ${ARGN}
    WORKING_DIRECTORY "${dt_trees}"
    DEPENDS "${PICOVIRTIO_QEMU_RISCV64}" VERBATIM)
  set(dt_outputs "${dt_outputs}" "${dt_trees}/${name}.dtb" PARENT_SCOPE)
endfunction()
picovirtio_qemu_tree(qemu-virt virt)
picovirtio_qemu_tree(qemu-big virt -smp 4 -m 6G)
picovirtio_qemu_tree(qemu-aplic virt,aia=aplic)
picovirtio_qemu_tree(qemu-imsic virt,aia=aplic-imsic -smp 2)
add_custom_target(devicetree_trees DEPENDS ${dt_outputs})

add_library(devicetree_rig STATIC devicetree_blob.c devicetree_rig.c)
set_target_properties(devicetree_rig PROPERTIES C_EXTENSIONS OFF)
target_compile_definitions(devicetree_rig PRIVATE "DEVICETREE_TREES=\"${dt_trees}\"")
target_link_libraries(devicetree_rig
  PUBLIC picovirtio_common picovirtio::board "${PICOVIRTIO_FDT}" PRIVATE picovirtio_warnings)
add_dependencies(devicetree_rig devicetree_trees)

foreach(topic devicetree devicetree_bus devicetree_header devicetree_tokens
              devicetree_reg_lies devicetree_node_lies)
  picovirtio_host_test(unit.${topic} SOURCES ${topic}_test.c LINK devicetree_rig)
endforeach()
picovirtio_host_test(unit.devicetree_oracle
  SOURCES devicetree_oracle_test.c devicetree_agree.c devicetree_reference.c
  LINK devicetree_rig
  TIMEOUT 1200)
picovirtio_host_test(unit.arena SOURCES arena_test.c LINK picovirtio::board)
