/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/problem.h"

#include <inttypes.h>
#include <stdio.h>

/* Which fields a cause fills, and what they are (enum vio_cause). NULL: not filled. */
struct fields {
	bool queue;
	const char *got, *want;
};

static const struct fields fields[] = {
	[VIO_C_RESET_TIMEOUT] = { false, "status", NULL },
	[VIO_C_NO_VERSION_1] = { false, "offered", NULL },
	[VIO_C_MISSING_FEATURES] = { false, "offered", "required" },
	[VIO_C_REFUSED_FEATURES] = { false, "offered", "accepted" },
	[VIO_C_NO_QUEUE] = { true, NULL, NULL },
	[VIO_C_QUEUE_BUSY] = { true, NULL, NULL },
	[VIO_C_QUEUE_SIZE] = { true, "QueueSizeMax", "needed" },
	[VIO_C_QUEUE_ADDRESS] = { true, "address", NULL },
	[VIO_C_QUEUE_REFUSED] = { true, NULL, NULL },
	[VIO_C_NO_MEMORY] = { false, NULL, "bytes needed" },
	[VIO_C_CONFIG] = { false, "offset", NULL },
	[VIO_C_DRIVER_OK] = { false, "status", NULL },
	[VIO_C_NEEDS_RESET] = { false, "status", NULL },
	[VIO_C_BAD_USED] = { true, NULL, NULL },
	[VIO_C_SILENT] = { true, "nanoseconds waited", NULL },
	[VIO_C_QUEUE_RESET] = { true, NULL, NULL },
	[VIO_C_SUSPEND] = { false, "status", NULL },
	[VIO_C_ZONED] = { false, "model", NULL },
	[VIO_C_DRIVER] = { true, "code", NULL },
};

static struct fields fields_of(enum vio_cause cause)
{
	if ((size_t)cause < sizeof(fields) / sizeof(fields[0]))
		return fields[cause];
	return (struct fields){ false, NULL, NULL };
}

static void print_value(const char *before, const char *name, uint64_t v)
{
	printf(v < 10 ? "%s%s %" PRIu64 : "%s%s 0x%" PRIx64, before, name, v);
}

void problem_print(const char *label, const struct vio_problem *p)
{
	const struct vio_words words = vio_explain(p->cause);
	const struct fields f = fields_of(p->cause);

	printf("%s: ", label);
	if (f.queue)
		printf("queue %u: ", p->queue);
	printf("%s", p->cause == VIO_C_NONE ? vio_strerror(p->err) : words.what);
	if (f.got != NULL)
		print_value(" (", f.got, p->got);
	if (f.want != NULL)
		print_value(f.got != NULL ? ", " : " (", f.want, p->want);
	if (f.got != NULL || f.want != NULL)
		printf(")");
	printf(words.hint[0] != '\0' ? "; %s\n" : "%s\n", words.hint);
}

const char *state_name(enum vio_state s)
{
	switch (s) {
	case VIO_DOWN: return "down";
	case VIO_STARTING: return "starting";
	case VIO_LIVE: return "live";
	case VIO_SUSPENDED: return "suspended";
	case VIO_FAILING: return "failing";
	case VIO_FAILED: return "failed";
	case VIO_QUARANTINED: return "failed, reset not confirmed";
	}
	return "?";
}
