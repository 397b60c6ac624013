/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/quirks.h"

#include <string.h>

const struct quirk_row quirk_table[] = {
	{ QUIRK_QUEUE_SIZE_MAX, "use_queue_size_max",
	  "a device falls silent or returns unknown requests: it ignores QueueSize" },
	{ QUIRK_CONFIG_WORDS, "config_words",
	  "sizes of a device read as 0, ones or nonsense: it takes 32-bit accesses alone" },
	{ QUIRK_CONFIG_BYTES, "config_bytes",
	  "sizes of a device read as 0, ones or nonsense: it takes 8-bit accesses alone" },
	{ QUIRK_QUEUE_RESET, "no_queue_reset",
	  "the reset of one queue ends in that of its device: RING_RESET is offered, not done" },
	{ QUIRK_BOUNCE, "bounce",
	  "data is wrong or old: a device does not see all memory as the CPU does" },
	{ 0, NULL, NULL },
};

static unsigned quirk_of(const char *word, size_t len)
{
	const struct quirk_row *r;

	for (r = quirk_table; r->word; r++) {
		if (strlen(r->word) == len && memcmp(r->word, word, len) == 0)
			return r->quirk;
	}
	return 0;
}

unsigned quirks_named(const char *args)
{
	unsigned named = 0;

	while (args && *args != '\0') {
		const size_t len = strcspn(args, " ");

		named |= quirk_of(args, len);
		args += len;
		args += strspn(args, " ");
	}
	return named;
}
