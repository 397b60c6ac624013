/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library costs on a 64-bit RISC-V CPU, in instructions. QEMU counts one instruction as
 * one nanosecond (-icount shift=0), and `minstret` tells their number. Only calls of the library
 * are counted, with the functions that they call. The device has always served all requests before
 * the library looks at its ring again.
 *
 * On the early console: "instructions UNITS FIGURE = COUNT" for each figure, and "end".
 */
#include "work.h"

#include <picovirtio/terminal.h>

#include <stdio.h>
#include <string.h>

enum { BATCHES = 4 };

#define PATIENCE UINT64_C(5000000000) /* ns */

static unsigned long instructions(void)
{
	unsigned long n;

	__asm__ volatile("csrr %0, minstret" : "=r"(n)::"memory");
	return n;
}

static void say_figure(const char *name, unsigned size, unsigned depth, unsigned long units,
		       unsigned long count)
{
	char line[100];

	snprintf(line, sizeof(line), "instructions %lu %s %u depth %u = %lu\n", units, name, size,
		 depth, count);
	work_say(line);
}

/* True if the device has completed all published requests, by the index of its used ring (2.7.8).
 */
static void wait(const struct vio_queue *q)
{
	const struct vio_queue_areas at = vq_areas(&q->vq);
	const volatile uint16_t *used = (const volatile uint16_t *)(uintptr_t)at.device.addr;
	const volatile uint16_t *avail = (const volatile uint16_t *)(uintptr_t)at.driver.addr;
	const uint64_t begin = vio_board.platform.now(NULL);

	while (used[1] != avail[1]) {
		if (vio_board.platform.now(NULL) - begin > PATIENCE) {
			work_failed++;
			return;
		}
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void count(const struct work *w, unsigned size, unsigned depth)
{
	unsigned long sum = 0;

	if (w->prepare)
		w->prepare(size);
	/* The first round builds what later rounds use. */
	for (unsigned i = 0; i <= BATCHES && !work_failed; i++) {
		unsigned long before = instructions();
		w->submit(size, depth);
		unsigned long n = instructions() - before;
		wait(w->queue);
		before = instructions();
		vio_device_poll(w->device);
		n += instructions() - before;
		sum += i == 0 ? 0 : n;
	}
	say_figure(w->name, size, depth, (unsigned long)BATCHES * depth, sum);
}

static void count_all(void)
{
	count(&work[WORK_READ], 4096, WORK_DEPTH_MAX);
	count(&work[WORK_READ], 4096, 1);
	count(&work[WORK_READ], 4096, 16);
	count(&work[WORK_READ], 4096, 32);
	for (unsigned size = 64; size != 0; size = size == 64 ? VIO_NET_FRAME_MAX : 0) {
		for (unsigned kind = WORK_SEND; kind <= WORK_SEND_PACKET; kind++) {
			count(&work[kind], size, 1);
			count(&work[kind], size, 16);
		}
	}
	count(&work[WORK_RNG], 256, 1);
	count(&work[WORK_RNG], 256, 16);
	count(&work[WORK_CONSOLE_WRITE], 16, 1);
	count(&work[WORK_CONSOLE_WRITE], 64, 1);
	count(&work[WORK_CONSOLE_WRITE], 4096, 1);
	count(&work[WORK_CONSOLE_WRITE], 65536, 1);
	count(&work[WORK_CONSOLE_SEND], 64, 1);
	count(&work[WORK_CONSOLE_SEND], 4096, 1);
	count(&work[WORK_CONSOLE_SEND], 65536, 1);
}

/* ---- printf ---- */

static struct vio_loop loop = { .platform = &vio_board.platform };
static struct vio_terminal terminal = { .loop = &loop };

/* 62 bytes: the end of the line becomes two. */
#define LINE "A line of text that has 64 bytes with its end, as is printed.."

#define NUMBER "%5u: %s\n", 12345u, "a number, and words that make a line of 64 bytes with t"

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
	printf(NUMBER);
}

/* What picolibc takes of print_number() without any output. */
static int drop(char c, FILE *f)
{
	(void)f;
	return (unsigned char)c;
}

static void print_nowhere(unsigned size, unsigned depth)
{
	static FILE nowhere = FDEV_SETUP_STREAM(drop, NULL, NULL, _FDEV_SETUP_WRITE);

	(void)size;
	(void)depth;
	fprintf(&nowhere, NUMBER);
}

static void print_text(unsigned size, unsigned depth)
{
	(void)size;
	(void)depth;
	vio_output_text(&terminal.out, LINE "\n");
}

static char page[VIO_OUTPUT_BYTES];

/* Lines of 64 bytes each on the console, as many as the ring of the output holds. */
static void fill_page(unsigned size)
{
	const size_t line = sizeof(LINE "\n") - 1;

	for (unsigned i = 0; i < size / 64; i++)
		memcpy(page + i * line, LINE "\n", line);
}

static void print_page(unsigned size, unsigned depth)
{
	(void)size;
	(void)depth;
	vio_output_text(&terminal.out, page);
}

static bool is_decided(void *arg)
{
	(void)arg;
	return terminal.place != VIO_TERMINAL_NOWHERE;
}

static void count_stdio(void)
{
	struct vio_device *const d = &work_console->device;
	struct vio_queue *const q = &work_console->port[0].tx_queue;
	const struct work puts_line = { "puts a line of", NULL, print, d, q };
	const struct work number = { "printf a line of", NULL, print_number, d, q };
	const struct work nowhere = { "fprintf into nothing a line of", NULL, print_nowhere, d, q };
	const struct work plain_line = { "puts plain a line of", NULL, print, d, q };
	const struct work plain_number = { "printf plain a line of", NULL, print_number, d, q };
	const struct work text = { "vio_output_text a line of", NULL, print_text, d, q };
	const struct work lines = { "vio_output_text lines of 64 in", fill_page, print_page, d, q };

	loop.devices = d;
	d->next = NULL;
	vio_stdio_attach(&terminal);
	vio_terminal_start(&terminal);
	vio_loop_wait(&loop, is_decided, NULL, UINT64_MAX);
	work_failed += terminal.place != VIO_TERMINAL_VIRTIO;
	count(&puts_line, 64, 1);
	count(&number, 64, 1);
	count(&text, 64, 1);
	count(&lines, VIO_OUTPUT_BYTES, 1);
	count(&nowhere, 64, 1);
	terminal.out.plain = true;
	count(&plain_line, 64, 1);
	count(&plain_number, 64, 1);
	terminal.sink = (struct vio_output_sink){ 0 };
}

int main(void)
{
	if (!work_start(0))
		return 1;
	for (unsigned i = 0; i < WORK_KINDS; i++) {
		if (!work[i].device) {
			work_say("a device is missing\n");
			return 1;
		}
	}
	count_all();
	count_stdio();
	work_say(work_failed ? "failed\n" : "end\n");
	return work_failed != 0;
}
