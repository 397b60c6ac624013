/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include <picovirtio/terminal.h>
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/network/lwip/server.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PORT = 80 };

/* The context of the command that began serving; later pages use it. */
static const struct command_context *context;

/* The page: the output of commands. */
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

/* Names come from the devicetree, which may contain any character. */
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

static void put_command(struct page *p, const char *name)
{
	const struct vio_output_capture capture = { .ctx = p, .put = put };
	char word[16];
	char *argv[] = { word, NULL };

	snprintf(word, sizeof(word), "%s", name);
	put_raw(p, "<h2>");
	put_raw(p, name);
	put_raw(p, "</h2>\n<pre>");
	context->terminal->out.capture = &capture;
	command_find(context->commands, name)->run(context, 1, argv);
	context->terminal->out.capture = NULL;
	put_raw(p, "</pre>\n");
}

/* Room is reserved for the end of the page. Text that does not fit before the end is cut. */
static size_t make_page(void *arg, char *to, size_t room)
{
	static const char cut[] = "</pre>\n<p>The rest did not fit.\n";
	struct page p = { .to = to, .room = room - sizeof(cut) };

	(void)arg;
	put_raw(&p, "<!doctype html>\n<title>picovirtio</title>\n<h1>picovirtio on ");
	for (const char *s = vio_board.name; *s != '\0'; s++)
		put(&p, *s);
	put_raw(&p, "</h1>\n");
	put_command(&p, "devices");
	put_command(&p, "net");
	put_command(&p, "uptime");
	if (p.used + sizeof(cut) > p.room) {
		p.room = room;
		put_raw(&p, cut);
	}
	return p.used;
}

static void say(struct net *n)
{
	const struct server_counters *c = server_counters();
	struct net_address ours;

	n->stack->get_address(n, &ours);
	if (server_port() == 0) {
		printf("not serving; ");
	} else {
		address_print("serving http://", ours.ip, "");
		printf(server_port() == PORT ? "/; " : ":%u/; ", server_port());
	}
	printf("%" PRIu32 " connections, %" PRIu32 " answers, %" PRIu32 " turned away, %" PRIu32
	       " left early, %" PRIu32 " given up, %" PRIu64 " bytes\n",
	       c->connections, c->answers, c->turned_away, c->left_early, c->given_up, c->bytes);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t port = PORT;

	if (argc > 1 && strcmp(argv[1], "stop") == 0) {
		if (!server_stop())
			complain("serve: there is nothing to stop\n");
		return;
	}
	if (!tcpip_ready(network(), "serve"))
		return;
	if (argc > 1 && !shell_number_word("serve", argv[1], 1, UINT16_MAX, &port))
		return;
	context = c;
	int rc = server_start((uint16_t)port, make_page, NULL);
	if (rc == VIO_EBUSY && server_port() == 0)
		complain("serve: port %" PRIu64 " is in use\n", port);
	else if (rc != VIO_OK && (rc != VIO_EBUSY || argc > 1))
		complain("serve: %s\n", rc == VIO_EBUSY ? "already serving; serve stop ends that"
							: vio_strerror(rc));
	else
		say(network());
}

extern const struct command command_serve;
const struct command command_serve = {
	.name = "serve",
	.args = "[PORT | stop]",
	.help = "a web page with the devices and the counters, on port 80, beside the shell",
	.most = 1,
	.words = "stop",
	.run = run,
};
