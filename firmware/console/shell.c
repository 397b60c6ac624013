/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/shell.h"

#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>
#include "firmware/console/hint.h"
#include "firmware/devices/trace.h"

#include <stdio.h>
#include <string.h>

enum {
	WORDS = 8,
	BYTES_PER_TURN = 512, /* input taken in one turn, so that devices get theirs */
	/* Room that input needs: echoing a byte may redraw the line, before and after the
	 * cursor. Without it input waits, in the device, for the reader to catch up. */
	ROOM = 4 * LINE_MAX_BYTES,
};

static void line_out(void *ctx, const char *p, size_t n)
{
	struct vio_terminal *t = ctx;

	vio_output_bytes(&t->out, p, n);
}

void shell_init(struct shell *s, const struct command_context *c)
{
	s->context = *c;
	s->line.prompt = "pico> ";
	s->line.out = line_out;
	s->line.ctx = c->terminal;
}

void shell_prompt(struct shell *s)
{
	if (s->echo_left == 0)
		line_show(&s->line);
}

static int split(char *text, char **word)
{
	int n = 0;

	while (n < WORDS) {
		while (*text == ' ')
			*text++ = '\0';
		if (*text == '\0')
			break;
		word[n++] = text;
		while (*text != '\0' && *text != ' ')
			text++;
	}
	return n;
}

static void unknown(const char *name)
{
	const char *names[COMMANDS_MAX];
	const char *near;

	for (size_t i = 0; i < command_count; i++)
		names[i] = commands[i]->name;
	near = hint_nearest(name, names, command_count);
	if (near)
		printf("%s: no such command; did you mean '%s'?\n", name, near);
	else
		printf("%s: no such command; try 'help'\n", name);
}

static void run_command(struct shell *s, const struct command *c, int n, char **word)
{
	s->context.loop->interrupted = false;
	s->running = true;
	c->run(&s->context, n, word);
	s->running = false;
}

bool shell_service(struct shell *s)
{
	if (!s->running || !vio_terminal_interrupted(s->context.terminal))
		return false;
	vio_output_text(&s->context.terminal->out, "^C\n");
	s->context.loop->interrupted = true;
	return true;
}

static void run(struct shell *s, const char *line)
{
	char text[LINE_MAX_BYTES + 1];
	char *word[WORDS + 1] = { NULL };
	const struct command *c;

	memcpy(text, line, strlen(line) + 1);
	int n = split(text, word);
	if (n == 0)
		return;
	trace_add(s->context.trace, vio_loop_now(s->context.loop), TRACE_COMMAND, strlen(line));
	c = command_find(word[0]);
	if (!c)
		unknown(word[0]);
	else if (n - 1 < c->least || n - 1 > c->most)
		printf("use: %s %s\n", c->name, c->args);
	else
		run_command(s, c, n, word);
}

static void take(struct shell *s, char c)
{
	const char *line;

	if (s->echo_left > 0) {
		vio_output_bytes(&s->context.terminal->out, &c, 1);
		if (--s->echo_left == 0)
			vio_output_text(&s->context.terminal->out, "\n");
	} else if ((line = line_feed(&s->line, c))) {
		run(s, line);
	} else {
		return;
	}
	shell_prompt(s);
}

bool shell_work(struct shell *s)
{
	unsigned taken = 0;
	int c;

	while (taken < BYTES_PER_TURN && vio_output_room(&s->context.terminal->out) >= ROOM &&
	       (c = vio_terminal_getc(s->context.terminal)) >= 0) {
		take(s, (char)c);
		taken++;
	}
	return taken > 0;
}
