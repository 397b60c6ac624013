/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/outside.h"

#include <stdio.h>

void print_outside(const char *s)
{
	for (; *s != '\0'; s++)
		putchar(*s == '\n' || *s == '\t' ? '?' : *s);
}
