/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/complain.h"

#include <stdarg.h>
#include <stdio.h>

static bool failed;

void complain(const char *format, ...)
{
	va_list arguments;

	failed = true;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
}

void complain_silently(void)
{
	failed = true;
}

bool complained(void)
{
	const bool was = failed;

	failed = false;
	return was;
}
