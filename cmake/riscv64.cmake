# SPDX-License-Identifier: BSD-2-Clause
# rv64 with Debian's bare-metal toolchain and picolibc, or newlib-nano (PICOVIRTIO_LIBC). The
# ISA spec 2.2 has the CSR instructions in the base ISA; naming them (_zicsr) selects another
# multilib.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_OBJCOPY riscv64-unknown-elf-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL riscv64-unknown-elf-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(flags "-march=rv64imac -mabi=lp64 -misa-spec=2.2 -mcmodel=medany")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
if(PICOVIRTIO_LIBC STREQUAL "newlib")
  include("${CMAKE_CURRENT_LIST_DIR}/newlib.cmake")
  picovirtio_newlib(riscv64-unknown-elf- "${flags}")
else()
  string(APPEND flags " --specs=picolibc.specs")
endif()
set(CMAKE_C_FLAGS_INIT "${flags}")
