# SPDX-License-Identifier: BSD-2-Clause
picovirtio_host_test(unit.board SOURCES "${CMAKE_CURRENT_LIST_DIR}/board_test.c"
                                        "${PROJECT_SOURCE_DIR}/board/common/text.c")
foreach(cpu aarch64 armv7)
  picovirtio_host_test(unit.mmu_${cpu} SOURCES "${CMAKE_CURRENT_LIST_DIR}/mmu_${cpu}_test.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_${cpu}.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_kind.c")
endforeach()
picovirtio_host_test(unit.lines
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/lines_test.c" "${PROJECT_SOURCE_DIR}/board/riscv/plic.c"
          "${PROJECT_SOURCE_DIR}/board/arm/gic.c" "${PROJECT_SOURCE_DIR}/board/arm/gicv2.c"
          "${PROJECT_SOURCE_DIR}/board/arm/gic_dist.c"
  LINK picovirtio_board_host)
target_compile_definitions(unit.lines PRIVATE PICOVIRTIO_RISCV_MODE=1)
picovirtio_host_test(unit.memory
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/memory_test.c" "${PROJECT_SOURCE_DIR}/board/common/memory.c"
          "${PROJECT_SOURCE_DIR}/board/common/ram.c"
  LINK devicetree_rig)
