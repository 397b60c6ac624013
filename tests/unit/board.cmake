# SPDX-License-Identifier: BSD-2-Clause
picovirtio_host_test(unit.board SOURCES "${CMAKE_CURRENT_LIST_DIR}/board_test.c"
                                        "${PROJECT_SOURCE_DIR}/board/common/text.c")
foreach(cpu aarch64 armv7)
  picovirtio_host_test(unit.mmu_${cpu} SOURCES "${CMAKE_CURRENT_LIST_DIR}/mmu_${cpu}_test.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_${cpu}.c"
                                               "${PROJECT_SOURCE_DIR}/board/arm/mmu_kind.c")
endforeach()
