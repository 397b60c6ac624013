/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/loop.h>
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/devices/entropy.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { BYTES_MAX = 4096, PER_LINE = 32, SHOWN = 16 };

static void say_none(const char *name)
{
	machine_lacks(name, "entropy device", "-device virtio-rng-device");
}

static const char *why(const struct command_context *c, int rc)
{
	const struct vio_device *d = entropy_device();

	return device_error(probe_slot_of(c->probe, d)->label, d,
			    c->loop->interrupted ? VIO_ESTOPPED : rc);
}

static void print(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", p[i]);
	printf("\n");
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint8_t line[PER_LINE];
	uint64_t want;

	(void)argc;
	if (!shell_number_word("rng", argv[1], 1, BYTES_MAX, &want))
		return;
	while (want > 0) {
		const size_t n = want < PER_LINE ? (size_t)want : PER_LINE;
		const int rc = entropy_get(line, n);

		if (rc == VIO_ENODEV) {
			say_none("rng");
			return;
		}
		if (rc != VIO_OK) {
			complain("rng: %s\n", why(c, rc));
			return;
		}
		print(line, n);
		want -= n;
	}
}

/* The interface of a program that does not know virtio. */
static void run_random(const struct command_context *c, int argc, char **argv)
{
	uint8_t bytes[SHOWN];

	(void)argc;
	(void)argv;
	errno = 0;
	if (getentropy(bytes, sizeof(bytes)) == 0) {
		printf("getentropy  ");
		print(bytes, sizeof(bytes));
		/* It is seeded through getentropy(), and panics without a seed. */
		printf("arc4random  %08" PRIx32 "\n", (uint32_t)arc4random());
	} else if (errno == ENOSYS) {
		say_none("random: getentropy: ENOSYS");
	} else {
		complain("random: %s%s\n",
			 c->loop->interrupted ? "" : "getentropy: EIO: ", why(c, VIO_EIO));
	}
}

extern const struct command command_rng, command_random;
const struct command command_rng = {
	.name = "rng",
	.args = "N",
	.help = "N random bytes from the entropy device, in hex",
	.least = 1,
	.most = 1,
	.run = run,
};
const struct command command_random = {
	.name = "random",
	.args = "",
	.help = "getentropy() and arc4random() of the C library",
	.run = run_random,
};
