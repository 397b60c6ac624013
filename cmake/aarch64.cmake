# SPDX-License-Identifier: BSD-2-Clause
# AArch64 with the compiler that has picolibc: in Debian 12 and 13 the one for Linux, which makes
# position-independent programs and calls helpers of its own for atomics unless told otherwise. The MMU is off, so that every access
# must be aligned; -mstrict-align alone still stores pairs of vector registers at multiples of 8.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(prefix aarch64-linux-gnu-)
# gcc prints the bare name of a file that it does not have.
execute_process(COMMAND aarch64-none-elf-gcc -print-file-name=picolibc.specs
                OUTPUT_VARIABLE specs OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(IS_ABSOLUTE "${specs}")
  set(prefix aarch64-none-elf-)
endif()
set(CMAKE_C_COMPILER ${prefix}gcc)
set(CMAKE_ASM_COMPILER ${prefix}gcc)
set(CMAKE_OBJCOPY ${prefix}objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL ${prefix}size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
string(CONCAT flags "-march=armv8-a -mstrict-align -mgeneral-regs-only -mno-outline-atomics -fno-pie"
                    " --specs=picolibc.specs")
set(CMAKE_C_FLAGS_INIT "${flags} -fno-asynchronous-unwind-tables -fno-unwind-tables")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -no-pie")
