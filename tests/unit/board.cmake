# SPDX-License-Identifier: BSD-2-Clause
picovirtio_host_test(unit.board SOURCES "${CMAKE_CURRENT_LIST_DIR}/board_test.c"
                                        "${PROJECT_SOURCE_DIR}/board/common/text.c")
foreach(cpu aarch64 armv7)
  picovirtio_host_test(unit.mmu_${cpu} SOURCES "${CMAKE_CURRENT_LIST_DIR}/mmu_${cpu}_test.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_${cpu}.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_kind.c")
endforeach()
picovirtio_host_test(unit.gic
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/gic_test.c" "${PROJECT_SOURCE_DIR}/board/arm/gic.c"
          "${PROJECT_SOURCE_DIR}/board/arm/gicv2.c" "${PROJECT_SOURCE_DIR}/board/arm/gic_dist.c"
  LINK picovirtio_board_host)
set(wake_sources "${CMAKE_CURRENT_LIST_DIR}/riscv_wake_test.c" "${PROJECT_SOURCE_DIR}/board/common/tree.c")
foreach(part aplic clock hart idle imsic irq plic)
  list(APPEND wake_sources "${PROJECT_SOURCE_DIR}/board/riscv/${part}.c")
endforeach()
foreach(mode 1 3)
  picovirtio_host_test(unit.riscv_wake_${mode} SOURCES ${wake_sources}
                       LINK devicetree_rig picovirtio_board_host)
  target_compile_definitions(unit.riscv_wake_${mode} PRIVATE PICOVIRTIO_RISCV_MODE=${mode} PICOVIRTIO_RISCV_AIA=1)
  target_include_directories(unit.riscv_wake_${mode} BEFORE PRIVATE "${CMAKE_CURRENT_LIST_DIR}/riscv_csr")
endforeach()
picovirtio_host_test(unit.memory
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/memory_test.c" "${PROJECT_SOURCE_DIR}/board/common/memory.c"
          "${PROJECT_SOURCE_DIR}/board/common/ram.c"
  LINK devicetree_rig)
