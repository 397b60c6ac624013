# SPDX-License-Identifier: BSD-2-Clause
# ARMv7-A with Debian's bare-metal toolchain and picolibc, or newlib-nano (PICOVIRTIO_LIBC; built
# from source where no package brings it), without floating point. The MMU is off, so that every access must be aligned. Thumb, since
# that is what the C libraries are built as.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL arm-none-eabi-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(flags "-march=armv7-a -mthumb -mfloat-abi=soft -mno-unaligned-access")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
if(PICOVIRTIO_LIBC STREQUAL "newlib")
  # gcc prints the bare name of a file that it does not have.
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=nano.specs
                  OUTPUT_VARIABLE nano OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(IS_ABSOLUTE "${nano}")
    # Debian's gcc has a stdint.h of its own, and with it newlib's inttypes.h has no PRIu64.
    string(APPEND flags " --specs=nano.specs -isystem /usr/include/newlib")
  else()
    include("${CMAKE_CURRENT_LIST_DIR}/newlib.cmake")
    picovirtio_newlib(arm-none-eabi- "${flags}")
  endif()
else()
  string(APPEND flags " --specs=picolibc.specs")
endif()
set(CMAKE_C_FLAGS_INIT "${flags}")
