/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two ports beside the console, found by the names that the host gave them: picovirtio.log gets a
 * copy of the text that is printed, and picovirtio.results how each command ended, as TAP (the Test
 * Anything Protocol). Text waits in its ring until the port is open. log=NAME in the boot arguments
 * names another port for the log, and log=early the UART. The results may go another way.
 */
#include <picovirtio/console.h>
#include <picovirtio/terminal.h>
#include "firmware/console/ports.h"
#include "firmware/console/shell.h"
#include "firmware/devices/bootargs.h"
#include "firmware/devices/probe.h"
#include "firmware/image.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER = 16 };

#define TIMEOUT UINT64_C(1000000000)

/* A named port, or the UART. */
static struct side {
	char name[VIO_CONSOLE_NAME_MAX + 1];
	bool early;
	const struct ports_way *way; /* in place of the port; or NULL */
	struct vio_port port;
	struct vio_output_sink sink;
	struct vio_output out;
} log_side = { .name = "picovirtio.log" }, results = { .name = "picovirtio.results" };

static struct vio_loop *loop;
static const struct vio_terminal *terminal;
static unsigned ended; /* number of commands that have ended */

void ports_results_by(const struct ports_way *way)
{
	results.way = way;
}

static bool is_open(struct side *s)
{
	if (s->way)
		return s->way->is_open();
	return s->early ? terminal->decided : vio_port_find(&s->port, s->name);
}

/* While the console itself is on the UART, the text is there already. */
static size_t write_beside(void *ctx, const char *text, size_t n)
{
	if (terminal->place == VIO_TERMINAL_EARLY)
		return n;
	return vio_early_sink(loop).write(ctx, text, n);
}

static struct vio_output_sink uart_sink(void)
{
	struct vio_output_sink sink = vio_early_sink(loop);

	sink.write = write_beside;
	return sink;
}

static struct vio_output_sink sink_of(struct side *s)
{
	if (s->way)
		return s->way->sink;
	return s->early ? uart_sink() : vio_port_sink(&s->port);
}

static void follow(struct side *s)
{
	const bool open = is_open(s);

	const bool attached = s->out.sink;
	if (open == attached)
		return;
	s->sink = sink_of(s);
	vio_output_attach(&s->out, open ? &s->sink : NULL);
}

static bool turn(void)
{
	follow(&log_side);
	follow(&results);
	return vio_output_drain(&log_side.out) || vio_output_drain(&results.out);
}

static void put_number(unsigned n)
{
	char text[NUMBER];

	snprintf(text, sizeof(text), "%u", n);
	vio_output_text(&results.out, text);
}

/* A # is left out, since it would begin a directive of TAP. */
static void put_word(const char *word)
{
	for (; *word != '\0'; word++)
		vio_output_put(&results.out, *word == '#' || *word == '\n' ? '?' : *word);
}

static void command_ended(int n, char **word, int code)
{
	if (ended++ == 0)
		vio_output_text(&results.out, "TAP version 13\n");
	vio_output_text(&results.out, code == 0 ? "ok " : "not ok ");
	put_number(ended);
	vio_output_text(&results.out, " -");
	for (int i = 0; i < n; i++) {
		vio_output_put(&results.out, ' ');
		put_word(word[i]);
	}
	vio_output_text(&results.out, "\n");
}

static void finish(void)
{
	if (ended > 0) {
		vio_output_text(&results.out, "1..");
		put_number(ended);
		vio_output_text(&results.out, "\n");
	}
	if (results.way)
		results.way->await();
	follow(&results);
	vio_output_finish(&results.out, TIMEOUT);
	vio_output_finish(&log_side.out, TIMEOUT);
	if (results.way)
		results.way->finish();
	vio_port_finish(&results.port, TIMEOUT);
	vio_port_finish(&log_side.port, TIMEOUT);
}

static void attach(struct vio_terminal *t)
{
	static const struct shell_reporter reporter = { command_ended, finish };

	terminal = t;
	log_side.out.plain = results.out.plain = true;
	t->out.copy = &log_side.out;
	shell_reporter = &reporter;
}

static void start(struct probe *p, struct vio_loop *l)
{
	(void)p;
	char name[VIO_CONSOLE_NAME_MAX + 1];

	loop = l;
	log_side.port.loop = results.port.loop = l;
	if (bootargs_value(probe_boot_arguments(), "log", name, sizeof(name)) != VIO_OK)
		return;
	log_side.early = strcmp(name, "early") == 0;
	memcpy(log_side.name, name, sizeof(name));
}

extern const struct service service_ports;
const struct service service_ports = { .attach = attach, .start = start, .turn = turn };
