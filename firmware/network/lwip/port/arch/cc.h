/* SPDX-License-Identifier: BSD-2-Clause */
/* The compiler and the machine, for lwIP. The functions are in firmware/network/lwip/port.c. */
#ifndef FIRMWARE_LWIP_CC_H
#define FIRMWARE_LWIP_CC_H

#include <stdint.h>
#include <sys/types.h> /* for ssize_t, which lwIP would define itself if its limit is unknown */

uint32_t tcpip_random(void);
_Noreturn void tcpip_assertion(const char *what);

#define LWIP_RAND()		tcpip_random()
#define LWIP_PLATFORM_DIAG(x)	((void)0)
#define LWIP_PLATFORM_ASSERT(x) tcpip_assertion(x)
#define LWIP_NO_CTYPE_H		1
#define LWIP_NO_UNISTD_H	1
#ifndef SSIZE_MAX
#define SSIZE_MAX INTPTR_MAX
#endif

#endif
