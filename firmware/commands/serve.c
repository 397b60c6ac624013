/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include "firmware/app.h"
#include "firmware/commands/address.h"
#include "firmware/commands/commands.h"
#include "firmware/network/lwip/server.h"
#include "firmware/network/lwip/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PORT = 80 };

/* The page: what two commands print. */
struct page {
	char *to;
	size_t room, used;
};

static void put_raw(struct page *p, const char *s)
{
	const size_t n = strlen(s);

	if (n > p->room - p->used)
		return;
	memcpy(p->to + p->used, s, n);
	p->used += n;
}

/* Names come from the devicetree, which may hold anything. */
static void put(void *ctx, char c)
{
	const char text[] = { c, '\0' };

	switch (c) {
	case '<': put_raw(ctx, "&lt;"); break;
	case '>': put_raw(ctx, "&gt;"); break;
	case '&': put_raw(ctx, "&amp;"); break;
	default: put_raw(ctx, text);
	}
}

static void put_command(struct app *a, struct page *p, const char *name)
{
	const struct vio_output_capture capture = { .ctx = p, .put = put };
	char word[16];
	char *argv[] = { word, NULL };

	snprintf(word, sizeof(word), "%s", name);
	put_raw(p, "<h2>");
	put_raw(p, name);
	put_raw(p, "</h2>\n<pre>");
	a->terminal.out.capture = &capture;
	command_find(name)->run(a, 1, argv);
	a->terminal.out.capture = NULL;
	put_raw(p, "</pre>\n");
}

/* Room is kept for the end; what does not fit before it is cut. */
static size_t make_page(void *arg, char *to, size_t room)
{
	static const char cut[] = "</pre>\n<p>The rest did not fit.\n";
	struct page p = { .to = to, .room = room - sizeof(cut) };

	put_raw(&p, "<!doctype html>\n<title>picovirtio</title>\n<h1>picovirtio on ");
	for (const char *s = vio_board.name; *s != '\0'; s++)
		put(&p, *s);
	put_raw(&p, "</h1>\n");
	put_command(arg, &p, "devices");
	put_command(arg, &p, "net");
	put_command(arg, &p, "uptime");
	if (p.used + sizeof(cut) > p.room) {
		p.room = room;
		put_raw(&p, cut);
	}
	return p.used;
}

static void say(struct app *a)
{
	const struct server_counters *c = server_counters();
	struct net_address ours;

	stack_get_address(&a->net, &ours);
	if (server_port() == 0) {
		printf("serving nothing; ");
	} else {
		address_print("serving http://", ours.ip, "");
		printf(server_port() == PORT ? "/; " : ":%u/; ", server_port());
	}
	printf("%" PRIu32 " connections, %" PRIu32 " answers, %" PRIu32 " turned away, %" PRIu32
	       " given up, %" PRIu64 " bytes\n",
	       c->connections, c->answers, c->turned_away, c->given_up, c->bytes);
}

static void run(struct app *a, int argc, char **argv)
{
	uint32_t port = PORT;
	int rc;

	if (argc > 1 && strcmp(argv[1], "stop") == 0) {
		if (!server_stop())
			printf("serve: there is nothing to stop\n");
		return;
	}
	if (!tcpip_ready(&a->net, "serve"))
		return;
	if (argc > 1 && (!shell_number(argv[1], UINT16_MAX, &port) || port == 0)) {
		printf("use: serve [PORT], serve stop\n");
		return;
	}
	rc = server_start((uint16_t)port, make_page, a);
	if (rc != VIO_OK && (rc != VIO_EBUSY || argc > 1))
		printf("serve: %s\n", rc == VIO_EBUSY ? "already serving; serve stop ends that"
						      : vio_strerror(rc));
	else
		say(a);
}

extern const struct command command_serve;
const struct command command_serve = {
	.name = "serve",
	.args = "[PORT | stop]",
	.help = "a web page with the devices and the counters, on port 80, beside the shell",
	.most = 1,
	.run = run,
};
