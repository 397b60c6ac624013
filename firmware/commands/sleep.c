/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/loop.h>
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"

#include <string.h>

enum { SECONDS_MAX = 1000000, DIGITS = 9 };

/* Parses a number of seconds such as "2" or "0.25". */
static bool parse(const char *word, uint64_t *ns)
{
	char whole[] = "1000000", part[] = "000000000";
	const size_t dot = strcspn(word, ".");
	uint64_t seconds, fraction;

	if (dot == 0 || dot >= sizeof(whole))
		return false;
	memcpy(whole, word, dot);
	whole[dot] = '\0';
	const size_t digits = word[dot] == '.' ? strlen(word + dot + 1) : 0;
	if (digits > DIGITS || (word[dot] == '.' && digits == 0))
		return false;
	memcpy(part, word + dot + (word[dot] == '.'), digits);
	if (!shell_number64(whole, SECONDS_MAX, &seconds) ||
	    !shell_number64(part, UINT32_MAX, &fraction))
		return false;
	*ns = seconds * UINT64_C(1000000000) + fraction;
	return true;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t ns;

	(void)argc;
	if (!parse(argv[1], &ns)) {
		complain("sleep: '%s' is not a number of seconds up to %d, such as 2 or 0.5\n",
			 argv[1], SECONDS_MAX);
		return;
	}
	wait_until(c->loop, never, NULL, ns);
	if (c->loop->interrupted)
		complain("sleep: stopped\n");
}

extern const struct command command_sleep;
const struct command command_sleep = {
	.name = "sleep",
	.args = "SECONDS",
	.help = "wait; devices and connections go on",
	.least = 1,
	.most = 1,
	.run = run,
};
