/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library costs on a 64-bit RISC-V CPU, in instructions. QEMU counts one instruction as
 * one nanosecond (-icount shift=0), and `minstret` tells their number. Counted are the calls of
 * the library alone, with what they call; the device has always served all requests before the
 * library looks at its ring again.
 *
 * On the early console: "instructions UNITS FIGURE = COUNT" for each figure, and "end".
 */
#include <picovirtio/blk.h>
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/probe.h>
#include <picovirtio/rng.h>
#include <picovirtio/terminal.h>

#include <stdio.h>
#include <string.h>

enum { SLOTS = 8, DEPTH_MAX = 128, FRAMES = 16, BATCHES = 4, BLOCK = 4096, RANDOM = 256 };

#define PATIENCE UINT64_C(5000000000) /* ns */

static struct vio_blk *disk;
static struct vio_net *net;
static struct vio_rng *rng;
static struct vio_console *console;
static unsigned failed;

static unsigned long instructions(void)
{
	unsigned long n;

	__asm__ volatile("csrr %0, minstret" : "=r"(n)::"memory");
	return n;
}

static void say(const char *text)
{
	vio_board_early_write(text, strlen(text));
}

static void say_figure(const char *name, unsigned size, unsigned depth, unsigned long units,
		       unsigned long count)
{
	char line[100];

	snprintf(line, sizeof(line), "instructions %lu %s %u depth %u = %lu\n", units, name, size,
		 depth, count);
	say(line);
}

/* Has the device used all that was published? It writes its index there (split ring, 2.7.8). */
static void wait(const struct vio_queue *q)
{
	const struct vio_queue_areas at = vq_areas(&q->vq);
	const volatile uint16_t *used = (const volatile uint16_t *)(uintptr_t)at.device.addr;
	const volatile uint16_t *avail = (const volatile uint16_t *)(uintptr_t)at.driver.addr;
	const uint64_t begin = vio_board.platform.now(NULL);

	while (used[1] != avail[1]) {
		if (vio_board.platform.now(NULL) - begin > PATIENCE) {
			failed++;
			return;
		}
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* One turn of a case: submit a batch of `depth`; then poll what it went to. */
struct turn {
	const char *name;
	void (*submit)(unsigned size, unsigned depth);
	struct vio_queue *queue;
	struct vio_device *device;
};

static void count(const struct turn *t, unsigned size, unsigned depth)
{
	unsigned long sum = 0;

	/* The first round builds what is kept. */
	for (unsigned i = 0; i <= BATCHES && !failed; i++) {
		unsigned long before = instructions();
		t->submit(size, depth);
		unsigned long n = instructions() - before;
		wait(t->queue);
		before = instructions();
		vio_device_poll(t->device);
		n += instructions() - before;
		sum += i == 0 ? 0 : n;
	}
	say_figure(t->name, size, depth, (unsigned long)BATCHES * depth, sum);
}

/* ---- Disk ---- */

static uint8_t data[DEPTH_MAX][BLOCK] __attribute__((aligned(BLOCK)));
static struct vio_blk_request io[DEPTH_MAX];
static struct vio_blk_seg seg[DEPTH_MAX];

static void read_ended(struct vio_blk *b, struct vio_blk_request *r)
{
	(void)b;
	failed += r->err != VIO_OK;
}

static void submit_reads(unsigned size, unsigned depth)
{
	(void)size;
	for (unsigned i = 0; i < depth; i++)
		vio_blk_submit(disk, &io[i]);
	vio_blk_kick(disk);
}

static void count_disk(void)
{
	const struct turn t = { "blk read", submit_reads, &disk->queue[0], &disk->device };

	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		seg[i] = (struct vio_blk_seg){ data[i], BLOCK };
		io[i] = (struct vio_blk_request){ .op = VIO_BLK_READ,
						  .sector = 8 * i,
						  .seg = &seg[i],
						  .nseg = 1,
						  .done = read_ended };
	}
	count(&t, BLOCK, DEPTH_MAX);
	count(&t, BLOCK, 1);
	count(&t, BLOCK, 16);
	count(&t, BLOCK, 32);
}

/* ---- Network ---- */

static uint8_t frame[VIO_NET_FRAME_MAX] __attribute__((aligned(8)));
static struct vio_net_packet packet[FRAMES];

static void send_frames(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		failed += vio_net_send(net, frame, size) != VIO_OK;
	vio_net_kick(net);
}

static void send_packets(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		packet[i].frame = frame;
		packet[i].bytes = size;
		failed += vio_net_send_packet(net, &packet[i]) != VIO_OK;
	}
	vio_net_kick(net);
}

static void count_net(void)
{
	const struct turn send = { "net send", send_frames, &net->tx_queue, &net->device };
	const struct turn packets = { "net send_packet", send_packets, &net->tx_queue,
				      &net->device };

	for (unsigned size = 64; size != 0; size = size == 64 ? VIO_NET_FRAME_MAX : 0) {
		count(&send, size, 1);
		count(&send, size, FRAMES);
		count(&packets, size, 1);
		count(&packets, size, FRAMES);
	}
}

/* ---- Entropy ---- */

static uint8_t random[FRAMES][RANDOM];
static struct vio_rng_request wish[FRAMES];

static void ask(unsigned size, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		wish[i] = (struct vio_rng_request){ .p = random[i], .len = size };
		failed += vio_rng_submit(rng, &wish[i]) != VIO_OK;
	}
	vio_rng_kick(rng);
}

static void count_rng(void)
{
	const struct turn t = { "rng", ask, &rng->queue, &rng->device };

	count(&t, RANDOM, 1);
	count(&t, RANDOM, FRAMES);
}

/* ---- Console ---- */

static void write(unsigned size, unsigned depth)
{
	(void)depth;
	failed += vio_console_write(console, 0, data, size) != size;
	vio_console_flush(console, 0);
}

static void count_console(void)
{
	const struct turn t = { "console write", write, &console->port[0].tx_queue,
				&console->device };

	memset(data, '.', sizeof(data));
	count(&t, 16, 1);
	count(&t, 64, 1);
	count(&t, 4096, 1);
	count(&t, 65536, 1);
}

/* ---- printf ---- */

static struct vio_loop loop = { .platform = &vio_board.platform };
static struct vio_terminal terminal = { .loop = &loop };

/* 62 bytes: the end of the line becomes two. */
#define LINE "A line of text that has 64 bytes with its end, as is printed.."

static void print(unsigned size, unsigned depth)
{
	(void)size;
	(void)depth;
	printf("%s\n", LINE); /* puts() */
}

static void print_number(unsigned size, unsigned depth)
{
	(void)size;
	(void)depth;
	printf("%5u: %s\n", 12345u, "a number, and words that make a line of 64 bytes with t");
}

static void print_text(unsigned size, unsigned depth)
{
	(void)size;
	(void)depth;
	vio_output_text(&terminal.out, LINE "\n");
}

static bool is_decided(void *arg)
{
	(void)arg;
	return terminal.place != VIO_TERMINAL_NOWHERE;
}

static void count_stdio(void)
{
	const struct turn t = { "puts a line of", print, &console->port[0].tx_queue,
				&console->device };
	const struct turn n = { "printf a line of", print_number, &console->port[0].tx_queue,
				&console->device };
	const struct turn o = { "vio_output_text a line of", print_text, &console->port[0].tx_queue,
				&console->device };

	loop.devices = &console->device;
	console->device.next = NULL;
	vio_stdio_attach(&terminal);
	vio_terminal_start(&terminal);
	vio_loop_wait(&loop, is_decided, NULL, UINT64_MAX);
	failed += terminal.place != VIO_TERMINAL_VIRTIO;
	count(&t, 64, 1);
	count(&n, 64, 1);
	count(&o, 64, 1);
	terminal.sink = (struct vio_output_sink){ 0 };
}

int main(void)
{
	static const struct vio_blk_options blk = { .requests = DEPTH_MAX };
	static const struct vio_rng_options random_options = { .requests = FRAMES };
	static const struct vio_console_options text = { .ports = 1,
							 .tx_blocks = 32,
							 .tx_bytes = 2048 };
	static const struct vio_class classes[] = { { &vio_blk_driver, &blk },
						    { &vio_net_driver, NULL },
						    { &vio_rng_driver, &random_options },
						    { &vio_console_driver, &text } };
	static struct vio_slot slots[SLOTS];
	static struct vio_probe p = { .dt = &vio_board.dt,
				      .platform = &vio_board.platform,
				      .classes = classes,
				      .nclasses = 4 };

	vio_probe_all(&p, slots, SLOTS);
	for (struct vio_device *d = p.devices; d; d = d->next) {
		disk = vio_blk_of(d) ? vio_blk_of(d) : disk;
		net = vio_net_of(d) ? vio_net_of(d) : net;
		rng = vio_rng_of(d) ? vio_rng_of(d) : rng;
		console = vio_console_of(d) ? vio_console_of(d) : console;
	}
	if (!disk || !net || !rng || !console) {
		say("a device is missing\n");
		return 1;
	}
	count_disk();
	count_net();
	count_rng();
	count_console();
	count_stdio();
	say(failed ? "failed\n" : "end\n");
	return failed != 0;
}
