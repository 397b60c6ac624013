# SPDX-License-Identifier: BSD-2-Clause
# rv32 with the same toolchain as rv64.
include("${CMAKE_CURRENT_LIST_DIR}/riscv.cmake")
picovirtio_riscv(32 ilp32)
set(CMAKE_ASM_FLAGS_INIT "${flags}")
set(CMAKE_C_FLAGS_INIT "${flags} --specs=picolibc.specs")
