/* SPDX-License-Identifier: BSD-2-Clause */
#include "drivers/rng.h"
#include "firmware/app.h"
#include "firmware/commands/commands.h"

#include <stdio.h>
#include <string.h>

enum { BYTES_MAX = 4096, PER_LINE = 32 };

#define PATIENCE	 UINT64_C(30000000000)
#define RESTART_PATIENCE UINT64_C(5000000000)

/* Static: a request that the device still owns outlives the command that made it. */
static struct answer {
	bool done;
	int err;
	size_t n;
	uint8_t bytes[VIO_RNG_BYTES];
} answer;

static void got(void *arg, int err, const uint8_t *p, size_t n)
{
	struct answer *to = arg;

	to->err = err;
	to->n = n < sizeof(to->bytes) ? n : sizeof(to->bytes);
	if (to->n > 0)
		memcpy(to->bytes, p, to->n);
	to->done = true;
}

static bool is_done(void *arg)
{
	(void)arg;
	return answer.done;
}

static struct vio_rng *find(struct app *a)
{
	struct vio_device *d;

	for (d = a->probe.devices; d != NULL; d = d->next) {
		if (d->state == VIO_LIVE && vio_rng_of(d) != NULL)
			return vio_rng_of(d);
	}
	return NULL;
}

static bool is_live(void *arg)
{
	const struct vio_rng *r = arg;

	return r->dev->state == VIO_LIVE;
}

static int fetch(struct app *a, struct vio_rng *r, uint32_t want)
{
	int rc;

	answer.done = false;
	rc = vio_rng_request(r, want < VIO_RNG_BYTES ? want : VIO_RNG_BYTES, got, &answer);
	if (rc != VIO_OK)
		return rc;
	return loop_wait(&a->loop, is_done, NULL, PATIENCE) ? answer.err : VIO_ETIMEDOUT;
}

/* A device that failed under the request, or had its queue reset, is asked once more when it is up
 * again. */
static int fetch_again(struct app *a, struct vio_rng *r, uint32_t want)
{
	const uint32_t resets = r->queue.resets;
	const int rc = fetch(a, r, want);

	if (rc == VIO_OK || (is_live(r) && r->queue.resets == resets) ||
	    !r->dev->driver->replayable || !loop_wait(&a->loop, is_live, r, RESTART_PATIENCE))
		return rc;
	return fetch(a, r, want);
}

static void print(uint32_t from, uint32_t end)
{
	uint32_t i;

	for (i = 0; i < answer.n; i++)
		printf((from + i + 1) % PER_LINE == 0 || from + i + 1 == end ? "%02x\n" : "%02x",
		       answer.bytes[i]);
}

static void run(struct app *a, int argc, char **argv)
{
	struct vio_rng *r = find(a);
	uint32_t have = 0, want;

	(void)argc;
	if (!shell_number(argv[1], BYTES_MAX, &want) || want == 0) {
		printf("rng: how many bytes? 1 to %d\n", BYTES_MAX);
		return;
	}
	if (r == NULL) {
		printf("rng: no entropy device; QEMU adds one with -device virtio-rng-device\n");
		return;
	}
	while (have < want) {
		const int rc = fetch_again(a, r, want - have);

		if (rc != VIO_OK || answer.n == 0) {
			printf("\nrng: %s\n", vio_strerror(rc != VIO_OK ? rc : VIO_EDEVICE));
			return;
		}
		print(have, want);
		have += (uint32_t)answer.n;
	}
}

extern const struct command command_rng;
const struct command command_rng = {
	.name = "rng",
	.args = "N",
	.help = "N random bytes from the entropy device, in hex",
	.least = 1,
	.most = 1,
	.run = run,
};
