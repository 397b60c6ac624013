/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every class over a device that does what the input says: each register reads as the device model
 * has it, or as anything else; requests come back, with any bytes and any length, late, twice or
 * never; rings and buffers are overwritten; the clock jumps. Meanwhile a program works with the
 * device. In the end it is stopped, every request is back, and no buffer is mapped.
 */
#include "tests/fuzz/devices.h"
#include "tests/host_platform.h"

#include <picovirtio/mmio.h>
#include <picovirtio/recover.h>

enum {
	AT = 0x10001000,
	BYTES = 0x200,
	TURNS = 40,
	WORK = 300000, /* accesses of registers and looks at the clock */
	QUEUES = 8,
	RING = 8,
	LATE = 8, /* most requests that come back late */
};
#define SECOND UINT64_C(1000000000)

static struct fuzz_input input;

static struct {
	struct host_platform p;
	struct model m;
	struct vio_host_window w;
	struct vio_mmio t;
	const struct fuzz_class *class;
	struct vio_device *d;
	bool lies; /* in a register, after `honest_reads` more reads */
	unsigned honest_reads;
	bool lied; /* in a register or a ring: from now on the model may differ from the driver */
	struct {
		unsigned queue;
		uint16_t head;
	} late[LATE];
	unsigned lates;
} x;

/* ---- The device ---- */

/* The next byte of the input says after how many reads one is wrong; 0: never again. */
static void plan_lie(void)
{
	x.honest_reads = fuzz_byte(&input);
	x.lies = x.honest_reads != 0;
}

static uint32_t on_read(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	const uint32_t mask = width == 4 ? UINT32_MAX : (UINT32_C(1) << 8 * width) - 1;

	(void)m;
	(void)ctx;
	(void)off;
	fuzz_work(&input);
	if (!x.lies || --x.honest_reads > 0)
		return value;
	x.lied = true;
	switch (fuzz_byte(&input) % 5) {
	case 0: value++; break;
	case 1: value--; break;
	case 2: value ^= UINT32_C(1) << fuzz_byte(&input) % 32; break;
	case 3: value = fuzz_number(&input, 4); break;
	default: value = UINT32_MAX;
	}
	plan_lie();
	return value & mask;
}

static void complete(unsigned queue, uint16_t head, uint32_t bytes)
{
	const uint8_t how = fuzz_byte(&input);

	if (how == 1) {
		x.lied = true; /* in the length */
		bytes = fuzz_number(&input, 4);
	}
	model_complete(&x.m, queue, head, bytes);
}

/* The input's bytes, or zeros. Some protocols number their messages in bytes 8 to 15. */
static void answer(unsigned queue, const struct mq_chain *c)
{
	static uint8_t bytes[FUZZ_DATA];
	struct mq *const q = &x.m.queue[queue];
	const uint8_t how = fuzz_byte(&input);
	const uint8_t *from;
	size_t n = 0;

	memset(bytes, 0, sizeof(bytes));
	if (how & 1)
		n = fuzz_some(&input, &from);
	if (n > 0)
		memcpy(bytes, from, n);
	if (how & 8)
		(void)mq_read(q, c, 8, bytes + 8, 8);
	if (how & 2)
		n = sizeof(bytes);
	n = mq_write(q, c, 0, bytes, n);
	if (how & 4 && x.lates < LATE && !q->set.in_order) {
		x.late[x.lates].queue = queue;
		x.late[x.lates++].head = c->head;
	} else {
		complete(queue, c->head, (uint32_t)n);
	}
}

static void serve(struct model *m, unsigned queue)
{
	struct mq_chain c;

	while (m->queue[queue].live && mq_take(&m->queue[queue], &c)) {
		fuzz_work(&input);
		answer(queue, &c);
	}
}

static void reset(struct model *m)
{
	(void)m;
	x.lates = 0;
}

static void on_broken_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	(void)ctx;
	(void)rule;
	(void)section;
	if (!x.lied)
		fuzz_fail(text);
}

/* ---- The platform ---- */

static uint64_t (*honest_now)(void *ctx);

static uint64_t now(void *ctx)
{
	fuzz_work(&input);
	return honest_now(ctx);
}

/* ---- One turn ---- */

static void attack(uint8_t how)
{
	struct mq *const q = &x.m.queue[how % QUEUES];

	if (!q->live)
		return;
	x.lied = true;
	if (how & 64)
		(void)mq_answer(q, fuzz_number(&input, 2));
	else if (how & 32)
		mq_put_used(q, fuzz_number(&input, 1), fuzz_number(&input, 1));
	else
		mq_scribble(q, fuzz_number(&input, 4));
}

static void late(void)
{
	if (x.lates > 0 && x.m.queue[x.late[0].queue].live) {
		complete(x.late[0].queue, x.late[0].head, fuzz_byte(&input));
		memmove(x.late, x.late + 1, sizeof(x.late) - sizeof(x.late[0]));
		x.lates--;
	}
}

static void change_config(void)
{
	const uint8_t at = fuzz_byte(&input);
	const uint8_t value = fuzz_byte(&input);

	model_config_change(&x.m, at % MODEL_CONFIG_BYTES, &value, 1);
}

static void device_acts(void)
{
	const uint8_t how = fuzz_byte(&input);

	switch (how >> 5) {
	case 0: attack(fuzz_byte(&input)); break;
	case 1: late(); break;
	case 2: change_config(); break;
	case 3: model_interrupt(&x.m, how & 3); break;
	case 4: model_needs_reset(&x.m); break;
	default: model_run(&x.m);
	}
}

static void service(void)
{
	const uint64_t next = vio_recover_service(x.d, x.p.clock);

	if (next != UINT64_MAX && next > x.p.clock)
		x.p.clock = next;
}

static void program_acts(void)
{
	const uint8_t how = fuzz_byte(&input);

	switch (how) {
	case 1: (void)vio_device_suspend(x.d); break;
	case 2: (void)vio_device_resume(x.d); break;
	case 3: (void)vio_device_stop(x.d); break;
	case 4: (void)vio_device_start(x.d); break;
	case 5: (void)vio_device_interrupt(x.d); break;
	case 6: (void)vio_device_arm(x.d); break;
	case 7: x.p.clock += fuzz_byte(&input) * SECOND; break;
	case 8: service(); break;
	default:
		if (x.d->state == VIO_LIVE)
			x.class->work(x.d, &input);
	}
}

static void turn(void)
{
	program_acts();
	(void)vio_device_kick(x.d);
	device_acts();
	(void)vio_device_poll(x.d);
}

/* ---- One input ---- */

static uint64_t some_features(const struct vio_driver *driver, uint8_t how)
{
	const uint64_t lists = driver->features.wanted | driver->features.required;
	const uint64_t bits = fuzz_number(&input, 3);

	return ((how & 2 ? lists : 0) ^ bits) | (how & 1 ? VIO_F_VERSION_1 : 0) |
	       (how & 4 ? VIO_F_RING_PACKED : 0) | (how & 8 ? VIO_F_EVENT_IDX : 0) |
	       (how & 16 ? VIO_F_INDIRECT_DESC : 0) | (how & 32 ? VIO_F_IN_ORDER : 0) |
	       (how & 64 ? VIO_F_RING_RESET : 0);
}

static void plug(void)
{
	static struct model_class class;
	struct model_config cfg = { .cls = &class, .memory = &x.p.memory };
	const uint8_t how = fuzz_byte(&input);

	cfg.version = how & 1 ? 2 : 1;
	cfg.features = some_features(x.class->driver, how);
	cfg.config_bytes = MODEL_CONFIG_BYTES;
	const uint8_t *bytes;
	const size_t n = fuzz_some(&input, &bytes);
	memcpy(cfg.config, bytes, n < sizeof(cfg.config) ? n : sizeof(cfg.config));
	for (unsigned i = 0; i < QUEUES; i++)
		cfg.queue_max[i] = RING;
	class = (struct model_class){ .name = "any",
				      .device_id = x.class->driver->device_type,
				      .features = UINT64_MAX,
				      .shared_memory = true,
				      .serve = serve,
				      .reset = reset };
	host_platform_init(&x.p, cfg.version == 1 ? HOST_LOW : HOST_HIGH);
	x.p.dma = HOST_CACHE;
	honest_now = x.p.platform.now;
	x.p.platform.now = now;
	plan_lie();
	model_init(&x.m, &cfg);
	x.m.on_read = on_read;
	host_plug(&x.w, &x.m, AT, BYTES);
}

static void check_end(void)
{
	const uint8_t *request = x.class->request;

	for (unsigned i = 0; request && i < FUZZ_SLOTS; i++)
		FUZZ_EXPECT(!*(const bool *)(request + i * x.class->bytes + x.class->busy));
	FUZZ_EXPECT(host_mapped(&x.p) == 0);
}

static void live(void)
{
	if (x.class->request)
		memset(x.class->request, 0, FUZZ_SLOTS * x.class->bytes);
	if (x.class->begin)
		x.class->begin(x.d, &x.p.platform);
	(void)vio_device_start(x.d);
	for (unsigned i = 0; i < TURNS && input.left > 0; i++)
		turn();
	(void)vio_device_stop(x.d);
	for (unsigned i = 0; i < 3 && x.d->state == VIO_QUARANTINED; i++) {
		x.p.clock += SECOND;
		(void)vio_device_service(x.d, x.p.clock);
	}
	if (x.d->state == VIO_QUARANTINED)
		FUZZ_EXPECT(x.lied);
	else
		check_end();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	memset(&x, 0, sizeof(x));
	input = (struct fuzz_input){ data, n, WORK };
	x.class = &fuzz_classes[fuzz_byte(&input) % fuzz_classes_count];
	model_on_broken_rule(on_broken_rule, NULL);
	plug();
	x.d = calloc(1, x.class->driver->state_size);
	if (vio_mmio_probe(&x.t, AT, BYTES) == VIO_OK &&
	    x.class->driver->init(x.d, &x.t.base, &x.p.platform, x.class->options) == VIO_OK)
		live();
	free(x.d);
	host_unplug(&x.w);
	model_done(&x.m);
	host_platform_done(&x.p);
	return 0;
}
