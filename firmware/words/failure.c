/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/failure.h"

#include <picovirtio/recover.h>

#include <inttypes.h>
#include <stdio.h>

static void print_value(const char *before, struct vio_figure f, uint64_t n)
{
	if (f.unit == VIO_UNIT_TIME)
		printf("%s%s %" PRIu64 ".%" PRIu64, before, f.name, n / UINT64_C(1000000000),
		       n / 100000000 % 10);
	else
		printf(f.unit == VIO_UNIT_COUNT || n < 10 ? "%s%s %" PRIu64 : "%s%s 0x%" PRIx64,
		       before, f.name, n);
}

/* The code of a driver in words, or NULL. */
static const char *code_of_driver(const struct vio_device *d)
{
	const uint64_t code = d->problem.got;

	return code - 1 < d->driver->ncodes ? d->driver->codes[code - 1] : NULL;
}

/* The numbers alone, in an image without the words. <picovirtio/causes.h> has the causes. */
static void print_numbers(const char *label, const struct vio_problem *p)
{
	printf("%s: %s (cause %d, queue %u, got 0x%" PRIx64 ", want 0x%" PRIx64 ")\n", label,
	       vio_strerror(p->err), p->cause, p->queue, p->got, p->want);
}

void failure_print(const char *label, const struct vio_device *d)
{
	const struct vio_problem *p = &d->problem;
	const char *words = NULL;

	if (!failure_explain) {
		print_numbers(label, p);
		return;
	}
	const struct vio_explanation *e = failure_explain(p->cause);

	printf("%s: ", label);
	if (e->queue)
		printf("queue %u: ", p->queue);
	printf("%s", p->cause == VIO_C_NONE ? vio_strerror(p->err) : e->what);
	if (p->cause == VIO_C_DRIVER) {
		words = code_of_driver(d);
		printf(": %s", words ? words : vio_strerror(p->err));
	}
	const bool got = e->got.name && !words && (p->cause != VIO_C_DRIVER || p->got != 0);
	if (got)
		print_value(" (", e->got, p->got);
	if (e->want.name)
		print_value(got ? ", " : " (", e->want, p->want);
	if (got || e->want.name)
		printf(")");
	printf(e->hint[0] != '\0' ? "; %s\n" : "%s\n", e->hint);
}

const char *device_state(const struct vio_device *d)
{
	switch (d->state) {
	case VIO_DOWN: return "down";
	case VIO_STARTING: return "starting";
	case VIO_LIVE: return "live";
	case VIO_SUSPENDED: return "suspended";
	case VIO_FAILING: return "failing";
	case VIO_FAILED: return vio_recover_left_off(d) ? "failed" : "restarting";
	case VIO_QUARANTINED: return "failed, reset not confirmed";
	}
	return "?";
}

const char *device_error(const char *label, const struct vio_device *d, int rc)
{
	static char text[160];

	if (rc == VIO_ESTOPPED)
		return vio_strerror(rc);
	if (d->state == VIO_SUSPENDED)
		snprintf(text, sizeof(text), "%s is suspended; `device` resumes it", label);
	else if (d->state != VIO_LIVE)
		snprintf(text, sizeof(text), "%s is %s; `devices` shows why", label,
			 device_state(d));
	else if (rc == VIO_ETIMEDOUT)
		snprintf(text, sizeof(text), "%s did not answer in time", label);
	else if (rc == VIO_EDEVICE)
		snprintf(text, sizeof(text), "%s failed meanwhile, or its answer is wrong", label);
	else
		snprintf(text, sizeof(text), "%s: %s", label, vio_strerror(rc));
	return text;
}
