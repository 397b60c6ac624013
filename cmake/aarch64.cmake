# SPDX-License-Identifier: BSD-2-Clause
# AArch64 with Debian's compiler for Linux, which makes position-independent programs and calls
# helpers of its own for atomics unless told otherwise. The MMU is off, so that every access
# must be aligned; -mstrict-align alone still stores pairs of vector registers at multiples of 8.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_OBJCOPY aarch64-linux-gnu-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL aarch64-linux-gnu-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
string(CONCAT flags "-march=armv8-a -mstrict-align -mgeneral-regs-only -mno-outline-atomics -fno-pie"
                    " --specs=picolibc.specs")
set(CMAKE_C_FLAGS_INIT "${flags} -fno-asynchronous-unwind-tables -fno-unwind-tables")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -no-pie")
