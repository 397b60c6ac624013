/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a panic has begun. Code that writes the report must not ask the clock then. */
#include "board/common/common.h"

static bool begun;

void vio_panic_begin(void)
{
	begun = true;
}

bool vio_panic_begun(void)
{
	return begun;
}
