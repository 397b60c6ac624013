# SPDX-License-Identifier: BSD-2-Clause
# picovirtio_riscv(BITS ABI), for toolchain files: the compiler for RISC-V and, in `flags`, the
# instruction set. It chooses the C library, too: the compiler has one for each set that it knows.
# The ISA spec 2.2 has the CSR instructions in the base ISA; naming them (_zicsr) selects another
# multilib.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_ASM_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_OBJCOPY riscv64-unknown-elf-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL riscv64-unknown-elf-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PICOVIRTIO_RISCV_ISA)

# It is in the compiler's flags from the first time on, so that a later change would do nothing.
function(picovirtio_riscv_unchanged isa)
  if("$CACHE{CMAKE_C_FLAGS}" MATCHES "-march=" AND NOT "$CACHE{CMAKE_C_FLAGS}" MATCHES "-march=${isa} ")
    message(FATAL_ERROR "PICOVIRTIO_RISCV_ISA is '${isa}' now, but this build folder is for another "
                        "instruction set. Configure it anew: cmake --fresh ...")
  endif()
endfunction()

# Where there is no compiler yet, CMake says so.
function(picovirtio_riscv_known isa flags)
  separate_arguments(arguments UNIX_COMMAND "${flags} -x c -E /dev/null")
  execute_process(COMMAND ${CMAKE_C_COMPILER} ${arguments} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE said)
  if(failed MATCHES "^[0-9]+$" AND failed)
    message(FATAL_ERROR "PICOVIRTIO_RISCV_ISA is '${isa}', which the compiler does not know. It says:\n${said}")
  endif()
  separate_arguments(arguments UNIX_COMMAND "${flags} -print-multi-directory")
  execute_process(COMMAND ${CMAKE_C_COMPILER} ${arguments} OUTPUT_VARIABLE library ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(library STREQUAL "." AND NOT failed)
    message(FATAL_ERROR "PICOVIRTIO_RISCV_ISA is '${isa}', for which the compiler has no library. "
                        "${CMAKE_C_COMPILER} -print-multi-lib shows for which it has one")
  endif()
endfunction()

macro(picovirtio_riscv bits abi)
  set(CMAKE_SYSTEM_PROCESSOR riscv${bits})
  set(PICOVIRTIO_RISCV_ISA rv${bits}imac CACHE STRING
      "Instruction set of the CPU: rv${bits}i and then m, a and c, as far as the CPU has them")
  if(NOT PICOVIRTIO_RISCV_ISA MATCHES "^rv${bits}im?a?c?(_|$)")
    message(FATAL_ERROR "PICOVIRTIO_RISCV_ISA is '${PICOVIRTIO_RISCV_ISA}'. It begins with rv${bits}i and then m, a "
                        "and c, as far as the CPU has them, for example rv${bits}ima. The image has no "
                        "floating point and no vectors: where the CPU is rv${bits}gc, say rv${bits}imac")
  endif()
  set(flags "-march=${PICOVIRTIO_RISCV_ISA} -mabi=${abi} -misa-spec=2.2 -mcmodel=medany")
  picovirtio_riscv_unchanged(${PICOVIRTIO_RISCV_ISA})
  picovirtio_riscv_known(${PICOVIRTIO_RISCV_ISA} "${flags}")
endmacro()
