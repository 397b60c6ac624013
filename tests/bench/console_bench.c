/* SPDX-License-Identifier: BSD-2-Clause */
/* Output to a console: one write of a size, and text through struct vio_output. */
#include <picovirtio/console.h>
#include <picovirtio/output.h>

#include "tests/bench/machine.h"
#include "tests/model/console.h"

#include <string.h>

enum { WRITES = 4, LARGEST = 65536, QUEUE = 64, LINES = 64 };

/* The blocks hold the largest write, so that a write is one call. */
static const struct vio_console_options options = { .ports = 1, .tx_blocks = 32, .tx_bytes = 2048 };

static const char line[] = "a line of text, of 64 bytes with its end, as a program prints.\n";

_Static_assert(sizeof(line) - 1 == 63, "64 bytes: the end of the line becomes two");

static struct bench_machine x;
static struct model_console host;
static struct vio_console console;
static struct vio_output output;
static uint8_t bytes[LARGEST];

static void open(const struct bench_ring *ring)
{
	memset(&console, 0, sizeof(console));
	bench_open(&x);
	model_console_init(&host);
	model_console_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_console_init(&console, &x.t.base, &x.p.platform, &options) != VIO_OK ||
	    vio_device_start(&console.device) != VIO_OK)
		bench_fail("the console does not start");
	model_run(&x.m);
}

static void close(void)
{
	bench_close(&x);
	model_console_free(&host);
}

__attribute__((noinline)) static size_t driver_write(size_t n)
{
	const size_t done = vio_console_write(&console, 0, bytes, n);

	vio_console_flush(&console, 0);
	return done;
}

__attribute__((noinline)) static void driver_poll(void)
{
	vio_device_poll(&console.device);
}

static void write(unsigned k, size_t n)
{
	for (unsigned i = 0; i < k; i++) {
		if (driver_write(n) != n)
			bench_fail("not all was written");
		model_run(&x.m);
		driver_poll();
	}
}

static void count_written(const struct bench_ring *ring, size_t n)
{
	unsigned long before;

	open(ring);
	write(1, LARGEST);
	bench_mark(NULL, 0);
	before = x.m.counts.notifies;
	write(WRITES, n);
	bench_mark(bench_name("console %s write %zu", ring->name, n), WRITES);
	bench_exact(bench_name("console %s notifications of a write of %zu", ring->name, n),
		    (x.m.counts.notifies - before) / WRITES);
	close();
}

/* ---- Without a copy ---- */

__attribute__((noinline)) static bool driver_send(size_t n)
{
	static struct vio_console_text text;

	text.p = bytes;
	text.len = (uint32_t)n;
	if (vio_console_send(&console, 0, &text) != VIO_OK)
		return false;
	vio_console_flush(&console, 0);
	return true;
}

static void send(unsigned k, size_t n)
{
	for (unsigned i = 0; i < k; i++) {
		if (!driver_send(n))
			bench_fail("the bytes were not sent");
		model_run(&x.m);
		driver_poll();
	}
}

static void count_sent(const struct bench_ring *ring, size_t n)
{
	unsigned long before;

	open(ring);
	send(1, n);
	bench_mark(NULL, 0);
	before = x.m.counts.notifies;
	send(WRITES, n);
	bench_mark(bench_name("console %s send %zu", ring->name, n), WRITES);
	bench_exact(bench_name("console %s notifications of a send of %zu", ring->name, n),
		    (x.m.counts.notifies - before) / WRITES);
	close();
}

/* ---- Text ---- */

static size_t sink_write(void *ctx, const char *p, size_t n)
{
	return vio_console_write(ctx, 0, p, n);
}

static void sink_flush(void *ctx)
{
	vio_console_flush(ctx, 0);
}

__attribute__((noinline)) static void driver_print(const char *text)
{
	vio_output_text(&output, text);
}

static void print(unsigned n, const char *text)
{
	for (unsigned i = 0; i < n; i++) {
		driver_print(text);
		model_run(&x.m);
		driver_poll();
	}
}

/* All lines in one text. */
static const char *page(void)
{
	static char text[LINES * (sizeof(line) - 1) + 1];

	for (unsigned i = 0; i < LINES; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line) - 1);
	return text;
}

static void count_text(const struct bench_ring *ring)
{
	const struct vio_output_sink sink = { .ctx = &console,
					      .write = sink_write,
					      .flush = sink_flush };

	unsigned long before;

	open(ring);
	memset(&output, 0, sizeof(output));
	vio_output_attach(&output, &sink);
	print(1, line);
	bench_mark(NULL, 0);
	print(LINES, line);
	bench_mark(bench_name("text %s a byte of a line of 64", ring->name), LINES * 64ul);
	before = x.m.counts.notifies;
	print(1, page());
	bench_mark(bench_name("text %s a byte of %d lines", ring->name, LINES), LINES * 64ul);
	bench_exact(bench_name("text %s notifications of %d lines", ring->name, LINES),
		    x.m.counts.notifies - before);
	close();
}

void bench_console(void)
{
	static const size_t size[] = { 16, 64, 4096, LARGEST };

	for (unsigned i = 0; i <= BENCH_PACKED; i++) {
		for (unsigned k = 0; k < sizeof(size) / sizeof(*size); k++)
			count_written(&bench_ring[i], size[k]);
		for (unsigned k = 0; k < sizeof(size) / sizeof(*size); k++)
			count_sent(&bench_ring[i], size[k]);
		count_text(&bench_ring[i]);
	}
}
