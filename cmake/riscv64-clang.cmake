# SPDX-License-Identifier: BSD-2-Clause
# rv64 with clang and lld. The C library and the compiler's own are those of Debian's gcc
# toolchain, which is asked where they lie.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET riscv64-unknown-elf)
set(CMAKE_ASM_COMPILER clang)
set(CMAKE_ASM_COMPILER_TARGET riscv64-unknown-elf)
set(CMAKE_OBJCOPY riscv64-unknown-elf-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL riscv64-unknown-elf-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(PICOVIRTIO_RISCV_ISA rv64imac)
set(flags -march=${PICOVIRTIO_RISCV_ISA} -mabi=lp64 -mcmodel=medany)
set(gcc riscv64-unknown-elf-gcc ${flags} -misa-spec=2.2 --specs=picolibc.specs)
execute_process(COMMAND ${gcc} -print-libgcc-file-name OUTPUT_VARIABLE libgcc
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${gcc} -print-multi-directory OUTPUT_VARIABLE multilib
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${gcc} -M -include string.h -x c /dev/null OUTPUT_VARIABLE listing
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "[^ ]*/include/string[.]h" string_h "${listing}")
get_filename_component(headers "${string_h}" DIRECTORY)
get_filename_component(picolibc "${headers}" DIRECTORY)
list(APPEND flags -mno-relax) # lld knows of no relaxation before version 15
list(JOIN flags " " flags)
set(CMAKE_C_FLAGS_INIT "${flags} -isystem ${headers} -ftls-model=local-exec")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostdlib -fuse-ld=lld -L${picolibc}/lib/${multilib}")
set(CMAKE_C_STANDARD_LIBRARIES "-Wl,--start-group -lc ${libgcc} -Wl,--end-group" CACHE STRING "")
