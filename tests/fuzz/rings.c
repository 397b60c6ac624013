/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rings of both formats. The input chooses the kind of the queue, what the driver and the
 * device do in which order, and the value of each load of memory that the device can write. The
 * rules that hold nevertheless are those of tests/random/hostile.c.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/random/traffic.h"

enum { STEPS = 200, LOADS_OF_A_STEP = 64 };

static struct fuzz_input input;

uint32_t fuzz_loaded(uint32_t value, unsigned bits);

/* The choices of tests/random/, made by the input. */
static uint32_t choose(uint32_t below)
{
	return fuzz_number(&input, below <= 256 ? 1 : below <= 65536 ? 2 : 4) % below;
}

/* Mostly what stands there: with nothing but lies no queue would get far. */
uint32_t fuzz_loaded(uint32_t value, unsigned bits)
{
	const uint8_t how = fuzz_byte(&input);

	fuzz_work(&input);
	switch (how) {
	case 1: return value + 1;
	case 2: return value - 1;
	case 3: return value ^ UINT32_C(1) << fuzz_byte(&input) % bits;
	case 4: return fuzz_number(&input, bits / 8);
	case 5: return UINT32_MAX;
	case 6: return 0;
	default: return value;
	}
}

static struct traffic_kind any_kind(void)
{
	static const uint16_t sizes[] = { 1, 2, 4, 8, 16, 64 };
	const uint8_t how = fuzz_byte(&input), size = fuzz_byte(&input);
	struct traffic_kind k = {
		.packed = how & 1,
		.event_idx = (how & 2) != 0,
		.indirect = (how & 4) != 0,
		.in_order = (how & 8) != 0,
		.batch = (how & 16) != 0,
		.legacy = (how & 33) == 32,
		.platform = (how & 64) ? HOST_HIGH : HOST_LOW,
	};

	k.size = sizes[size % (sizeof(sizes) / sizeof(sizes[0]))];
	if (k.packed && size >= 128)
		k.size = (uint16_t)(1 + size % 32); /* any number */
	return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct traffic t;

	/* A drain looks at no shared memory, and setting up loads none. */
	input = (struct fuzz_input){ data, n, STEPS * LOADS_OF_A_STEP };
	traffic_choose = choose;
	const struct traffic_kind kind = any_kind();
	traffic_open(&t, &kind);
	(void)traffic_hostile(&t, STEPS);
	traffic_close(&t);
	return 0;
}
