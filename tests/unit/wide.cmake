# SPDX-License-Identifier: BSD-2-Clause
# Registers of 64 bits, on machines that do not take every width.
set(wide_sources "${CMAKE_CURRENT_LIST_DIR}/wide_rig.c" "${PROJECT_SOURCE_DIR}/board/common/wide.c"
    "${PROJECT_SOURCE_DIR}/board/common/guard.c")
picovirtio_host_test(unit.htif
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/htif_test.c" "${PROJECT_SOURCE_DIR}/board/common/htif.c" ${wide_sources}
  LINK devicetree_rig picovirtio_board_host)
picovirtio_host_test(unit.mtime
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/mtime_test.c" "${PROJECT_SOURCE_DIR}/board/riscv/mtime.c" ${wide_sources}
  LINK devicetree_rig picovirtio_board_host)
target_compile_definitions(unit.mtime PRIVATE PICOVIRTIO_RISCV_MODE=3)
picovirtio_host_test(unit.power
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/power_test.c" "${PROJECT_SOURCE_DIR}/board/riscv/power.c"
          "${PROJECT_SOURCE_DIR}/board/common/power.c" "${PROJECT_SOURCE_DIR}/board/common/htif.c" ${wide_sources}
  LINK devicetree_rig picovirtio_board_host)
