# SPDX-License-Identifier: BSD-2-Clause
# The choice of a devicetree, with guarded accesses that really fault.
picovirtio_host_test(unit.handover
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/handover_test.c" "${PROJECT_SOURCE_DIR}/board/common/handover.c"
          "${PROJECT_SOURCE_DIR}/board/common/guard.c" "${PROJECT_SOURCE_DIR}/board/common/text.c"
  LINK picovirtio::board)
