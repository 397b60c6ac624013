/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/quirks.h"

#include "firmware/devices/bootargs.h"

#include <string.h>

const struct quirk_row quirk_table[] = {
	{ QUIRK_QUEUE_SIZE_MAX, "use_queue_size_max",
	  "a device stops answering or returns unknown requests: it ignores QueueSize" },
	{ QUIRK_CONFIG_WORDS, "config_words",
	  "sizes of a device read as 0, ones or nonsense: it supports only 32-bit accesses" },
	{ QUIRK_CONFIG_BYTES, "config_bytes",
	  "sizes of a device read as 0, ones or nonsense: it supports only 8-bit accesses" },
	{ QUIRK_QUEUE_RESET, "no_queue_reset",
	  "the reset of a queue ends in a reset of the device, which does not implement "
	  "RING_RESET" },
	{ QUIRK_BOUNCE, "bounce",
	  "data is wrong or old: a device does not see all memory as the CPU does" },
	{ 0, NULL, NULL },
};

static unsigned quirk_of(const char *word)
{
	const struct quirk_row *r;

	for (r = quirk_table; r->word; r++) {
		if (strcmp(r->word, word) == 0)
			return r->quirk;
	}
	return 0;
}

unsigned quirks_named(const char *args)
{
	char word[BOOTARGS_WORD];
	unsigned named = 0;
	bool whole;

	while (args && bootargs_next(&args, word, sizeof(word), &whole)) {
		if (whole)
			named |= quirk_of(word);
	}
	return named;
}
