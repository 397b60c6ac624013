/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/fetched.h"

#include <inttypes.h>
#include <stdio.h>

void fetched_print(const struct body *b)
{
	printf("%" PRIu64 " bytes, CRC-32 %08" PRIx32 "\n", b->bytes, b->crc);
	if (!body_is_shown(b))
		return;
	for (size_t i = 0; i < b->bytes; i++)
		putchar(b->head[i]);
	if (b->head[b->bytes - 1] != '\n')
		putchar('\n');
}
