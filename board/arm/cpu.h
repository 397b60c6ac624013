/* SPDX-License-Identifier: BSD-2-Clause */
/* The instruction set that the image is built for. */
#ifndef VIO_ARM_CPU_H
#define VIO_ARM_CPU_H

#if defined(__aarch64__)
#include "board/arm/cpu_aarch64.h"
#elif defined(__ARM_ARCH_7A__)
#include "board/arm/cpu_armv7.h"
#else
#error "board/arm: no instructions for this architecture"
#endif

#endif
