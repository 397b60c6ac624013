# SPDX-License-Identifier: BSD-2-Clause
picovirtio_host_test(unit.board SOURCES "${CMAKE_CURRENT_LIST_DIR}/board_test.c"
                                        "${PROJECT_SOURCE_DIR}/board/common/text.c")
