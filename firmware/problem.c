/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/problem.h"

#include <inttypes.h>
#include <stdio.h>

enum how { MASK, COUNT, TIME };

/* A number of a cause: its name (NULL: not filled), and how a person reads it. */
struct value {
	const char *name;
	enum how how;
};

/* Which fields a cause fills, and what they are (enum vio_cause). */
struct fields {
	bool queue;
	struct value got, want;
};

static const struct fields fields[] = {
	[VIO_C_RESET_TIMEOUT] = { .got = { "status", MASK } },
	[VIO_C_NO_VERSION_1] = { .got = { "offered", MASK } },
	[VIO_C_MISSING_FEATURES] = { .got = { "offered", MASK }, .want = { "required", MASK } },
	[VIO_C_REFUSED_FEATURES] = { .got = { "offered", MASK }, .want = { "accepted", MASK } },
	[VIO_C_NO_QUEUE] = { .queue = true },
	[VIO_C_QUEUE_BUSY] = { .queue = true },
	[VIO_C_QUEUE_SIZE] = { true, { "QueueSizeMax", COUNT }, { "needed", COUNT } },
	[VIO_C_QUEUE_ADDRESS] = { true, .got = { "address", MASK } },
	[VIO_C_QUEUE_REFUSED] = { .queue = true },
	[VIO_C_NO_MEMORY] = { .want = { "bytes needed", COUNT } },
	[VIO_C_CONFIG] = { .got = { "offset", MASK } },
	[VIO_C_DRIVER_OK] = { .got = { "status", MASK } },
	[VIO_C_NEEDS_RESET] = { .got = { "status", MASK } },
	[VIO_C_BAD_USED] = { .queue = true },
	[VIO_C_SILENT] = { true, .got = { "seconds waited", TIME } },
	[VIO_C_QUEUE_RESET] = { .queue = true },
	[VIO_C_SUSPEND] = { .got = { "status", MASK } },
	[VIO_C_ZONED] = { .got = { "model", COUNT } },
	[VIO_C_DRIVER] = { true, .got = { "code", COUNT } },
};

static struct fields fields_of(enum vio_cause cause)
{
	if ((size_t)cause < sizeof(fields) / sizeof(fields[0]))
		return fields[cause];
	return (struct fields){ 0 };
}

static void print_value(const char *before, struct value v, uint64_t n)
{
	if (v.how == TIME)
		printf("%s%s %" PRIu64 ".%" PRIu64, before, v.name, n / UINT64_C(1000000000),
		       n / 100000000 % 10);
	else
		printf(v.how == COUNT || n < 10 ? "%s%s %" PRIu64 : "%s%s 0x%" PRIx64, before,
		       v.name, n);
}

void problem_print(const char *label, const struct vio_problem *p)
{
	const struct vio_words words = vio_explain(p->cause);
	const struct fields f = fields_of(p->cause);

	printf("%s: ", label);
	if (f.queue)
		printf("queue %u: ", p->queue);
	printf("%s", p->cause == VIO_C_NONE ? vio_strerror(p->err) : words.what);
	if (f.got.name != NULL)
		print_value(" (", f.got, p->got);
	if (f.want.name != NULL)
		print_value(f.got.name != NULL ? ", " : " (", f.want, p->want);
	if (f.got.name != NULL || f.want.name != NULL)
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
