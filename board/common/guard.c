/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that may trap. */
#include <setjmp.h>

#include "board/common/common.h"

static jmp_buf back;
static volatile bool armed;

bool vio_board_guard(void (*risky)(void *arg), void *arg)
{
	if (setjmp(back) != 0)
		return false;
	armed = true;
	risky(arg);
	armed = false;
	return true;
}

void vio_guard_trapped(void)
{
	if (armed) {
		armed = false;
		longjmp(back, 1);
	}
}
