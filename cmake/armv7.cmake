# SPDX-License-Identifier: BSD-2-Clause
# ARMv7-A with Debian's bare-metal toolchain and picolibc, or newlib-nano (PICOVIRTIO_LIBC),
# without floating point. The MMU is off, so that every access must be aligned. Thumb, since
# that is what the C libraries are built as.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy CACHE FILEPATH "")
set(CMAKE_SIZE_UTIL arm-none-eabi-size CACHE FILEPATH "")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(flags "-march=armv7-a -mthumb -mfloat-abi=soft -mno-unaligned-access")
if(PICOVIRTIO_LIBC STREQUAL "newlib")
  # Debian's gcc has a stdint.h of its own, and with it newlib's inttypes.h has no PRIu64.
  string(APPEND flags " --specs=nano.specs -isystem /usr/include/newlib")
else()
  string(APPEND flags " --specs=picolibc.specs")
endif()
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_ASM_FLAGS_INIT "${flags}")
