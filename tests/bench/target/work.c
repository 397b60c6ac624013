/* SPDX-License-Identifier: BSD-2-Clause */
#include "work.h"

#include <picovirtio/probe.h>

#include <string.h>

enum { SLOTS = 32, BLOCK = 4096, RANDOM = 16 };

struct vio_device *work_devices;
struct vio_console *work_console;
uint8_t *work_data;
unsigned work_failed;

static struct vio_blk *disk;
static struct vio_net *net;
static struct vio_rng *rng;

void work_say(const char *text)
{
	vio_board_early_write(text, strlen(text));
}

/* ---- Disk ---- */

static struct vio_blk_request io[WORK_DEPTH_MAX];
static struct vio_blk_seg seg[WORK_DEPTH_MAX];

static void io_ended(struct vio_blk *b, struct vio_blk_request *r)
{
	(void)b;
	work_failed += r->err != VIO_OK;
}

static void set_io(enum vio_blk_op op, unsigned size)
{
	for (unsigned i = 0; i < WORK_DEPTH_MAX; i++) {
		const size_t at = (size_t)i * size % WORK_DATA;

		seg[i] = (struct vio_blk_seg){ work_data + at, size };
		io[i] = (struct vio_blk_request){ .op = op,
						  .sector = at / VIO_BLK_SECTOR,
						  .seg = &seg[i],
						  .nseg = 1,
						  .done = io_ended };
	}
}

static void set_reads(unsigned size)
{
	set_io(VIO_BLK_READ, size);
}

static void set_writes(unsigned size)
{
	set_io(VIO_BLK_WRITE, size);
}

static void submit_io(unsigned size, unsigned depth)
{
	(void)size;
	for (unsigned i = 0; i < depth; i++)
		work_failed += vio_blk_submit(disk, &io[i]) != VIO_OK;
	vio_blk_kick(disk);
}

/* ---- Network ---- */

static struct vio_net_packet packet[VIO_NET_TX_BUFFERS];

static void send_frames(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		work_failed += vio_net_send(net, work_data, size) != VIO_OK;
	vio_net_kick(net);
}

static void send_packets(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		packet[i].frame = work_data;
		packet[i].bytes = size;
		work_failed += vio_net_send_packet(net, &packet[i]) != VIO_OK;
	}
	vio_net_kick(net);
}

/* ---- Entropy ---- */

static struct vio_rng_request wish[RANDOM];

static void ask(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		wish[i] =
			(struct vio_rng_request){ .p = work_data + (size_t)i * size, .len = size };
		work_failed += vio_rng_submit(rng, &wish[i]) != VIO_OK;
	}
	vio_rng_kick(rng);
}

/* ---- Console ---- */

static void write_text(unsigned size, unsigned depth)
{
	(void)depth;
	work_failed += vio_console_write(work_console, 0, work_data, size) != size;
	vio_console_flush(work_console, 0);
}

static void send_text(unsigned size, unsigned depth)
{
	static struct vio_console_text text;

	(void)depth;
	text.p = work_data;
	text.len = size;
	work_failed += vio_console_send(work_console, 0, &text) != VIO_OK;
	vio_console_flush(work_console, 0);
}

struct work work[WORK_KINDS] = {
	[WORK_READ] = { .name = "blk read", .prepare = set_reads, .submit = submit_io },
	[WORK_WRITE] = { .name = "blk write", .prepare = set_writes, .submit = submit_io },
	[WORK_SEND] = { .name = "net send", .submit = send_frames },
	[WORK_SEND_PACKET] = { .name = "net send_packet", .submit = send_packets },
	[WORK_RNG] = { .name = "rng", .submit = ask },
	[WORK_CONSOLE_WRITE] = { .name = "console write", .submit = write_text },
	[WORK_CONSOLE_SEND] = { .name = "console send", .submit = send_text },
};

static void take(enum work_kind kind, struct vio_device *d, struct vio_queue *q)
{
	work[kind].device = d;
	work[kind].queue = q;
}

/* The device that the works of its class use: the last one of the class. */
static void choose(struct vio_device *d)
{
	struct vio_blk *const b = vio_blk_of(d);
	struct vio_net *const n = vio_net_of(d);
	struct vio_rng *const r = vio_rng_of(d);
	struct vio_console *const c = vio_console_of(d);

	if (b) {
		disk = b;
		take(WORK_READ, d, &b->queue[0]);
		take(WORK_WRITE, d, &b->queue[0]);
	} else if (n) {
		net = n;
		take(WORK_SEND, d, &n->tx_queue);
		take(WORK_SEND_PACKET, d, &n->tx_queue);
	} else if (r) {
		rng = r;
		take(WORK_RNG, d, &r->queue);
	} else if (c) {
		work_console = c;
		take(WORK_CONSOLE_WRITE, d, &c->port[0].tx_queue);
		take(WORK_CONSOLE_SEND, d, &c->port[0].tx_queue);
	}
}

bool work_start(uint16_t ring)
{
	const struct vio_blk_options blk = { .requests = WORK_DEPTH_MAX,
					     .queues = 1,
					     .ring = ring };
	static const struct vio_rng_options entropy = { .requests = RANDOM };
	static const struct vio_console_options text = { .ports = 1,
							 .tx_blocks = 32,
							 .tx_bytes = 2048 };
	const struct vio_class classes[] = { { &vio_blk_driver, &blk },
					     { &vio_net_driver, NULL },
					     { &vio_rng_driver, &entropy },
					     { &vio_console_driver, &text } };
	static struct vio_slot slots[SLOTS];
	struct vio_probe p = { .dt = &vio_board.dt,
			       .platform = &vio_board.platform,
			       .classes = classes,
			       .nclasses = sizeof(classes) / sizeof(classes[0]) };

	work_data = vio_board_alloc(WORK_DATA, BLOCK);
	if (!work_data)
		return false;
	memset(work_data, '.', WORK_DATA);
	vio_probe_all(&p, slots, SLOTS);
	work_devices = p.devices;
	for (struct vio_device *d = p.devices; d; d = d->next) {
		if (d->state == VIO_LIVE)
			choose(d);
	}
	return true;
}
