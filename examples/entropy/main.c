/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints 32 random bytes of a virtio-entropy device. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/rng.h>

#include <stdio.h>

enum { BYTES = 32 };

#define TIMEOUT UINT64_C(5000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_rng_driver, NULL } };

static bool is_answered(void *arg)
{
	const struct vio_rng_request *r = arg;

	return !r->busy;
}

/* A device may return fewer bytes than requested, so ask for the rest. Returns the bytes it got. */
static unsigned fill(struct vio_loop *loop, struct vio_rng *rng, uint8_t *bytes, unsigned n)
{
	static struct vio_rng_request r; /* the device owns it until `busy` is clear */
	unsigned have = 0;

	while (have < n) {
		r = (struct vio_rng_request){ .p = bytes + have, .len = n - have };
		if (vio_rng_submit(rng, &r) != VIO_OK)
			break;
		vio_rng_kick(rng);
		if (!vio_loop_wait(loop, is_answered, &r, TIMEOUT) || r.err != VIO_OK)
			break;
		have += r.n;
	}
	return have;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };
	static uint8_t bytes[BYTES];

	vio_app_start(&app);
	struct vio_rng *rng = vio_rng_of(vio_probe_first(&app.probe, &vio_rng_driver));
	unsigned have = rng ? fill(&app.loop, rng, bytes, BYTES) : 0;
	for (unsigned i = 0; i < have; i++)
		printf("%02x", bytes[i]);
	printf("\n%u random bytes\n", have);
	vio_terminal_finish(&app.terminal);
	return have == BYTES ? 0 : 1;
}
