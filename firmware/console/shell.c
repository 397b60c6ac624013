/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/shell.h"

#include "firmware/app.h"
#include "firmware/commands/commands.h"
#include "firmware/console/hint.h"

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
	struct app *a = ctx;

	vio_output_bytes(&a->terminal.out, p, n);
}

void shell_init(struct shell *s, struct app *a)
{
	s->line.prompt = "pico> ";
	s->line.out = line_out;
	s->line.ctx = a;
}

void shell_prompt(struct app *a)
{
	if (a->shell.echo_left == 0)
		line_show(&a->shell.line);
}

bool shell_number64(const char *s, uint64_t max, uint64_t *out)
{
	const bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	const unsigned base = hex ? 16 : 10;
	static const char digits[] = "0123456789abcdef";
	uint64_t v = 0;

	if (hex)
		s += 2;
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		const char *d = memchr(digits, *s | 0x20, base);
		const uint64_t digit = d != NULL ? (uint64_t)(d - digits) : 0;

		if (d == NULL || digit > max || v > (max - digit) / base)
			return false;
		v = v * base + digit;
	}
	*out = v;
	return true;
}

bool shell_number(const char *s, uint32_t max, uint32_t *out)
{
	uint64_t v;

	if (!shell_number64(s, max, &v))
		return false;
	*out = (uint32_t)v;
	return true;
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
	size_t i;

	for (i = 0; i < command_count; i++)
		names[i] = commands[i]->name;
	near = hint_nearest(name, names, command_count);
	if (near != NULL)
		printf("%s: no such command; did you mean '%s'?\n", name, near);
	else
		printf("%s: no such command; try 'help'\n", name);
}

static void run_command(struct app *a, const struct command *c, int n, char **word)
{
	a->loop.interrupted = false;
	a->shell.running = true;
	c->run(a, n, word);
	a->shell.running = false;
}

bool shell_service(struct app *a)
{
	if (!a->shell.running || !vio_terminal_interrupted(&a->terminal))
		return false;
	vio_output_text(&a->terminal.out, "^C\n");
	a->loop.interrupted = true;
	return true;
}

static void run(struct app *a, const char *line)
{
	char text[LINE_MAX_BYTES + 1];
	char *word[WORDS + 1] = { NULL };
	const struct command *c;
	int n;

	memcpy(text, line, strlen(line) + 1);
	n = split(text, word);
	if (n == 0)
		return;
	trace_add(&a->trace, vio_loop_now(&a->loop), TRACE_COMMAND, strlen(line));
	c = command_find(word[0]);
	if (c == NULL)
		unknown(word[0]);
	else if (n - 1 < c->least || n - 1 > c->most)
		printf("use: %s %s\n", c->name, c->args);
	else
		run_command(a, c, n, word);
}

static void take(struct app *a, char c)
{
	struct shell *s = &a->shell;
	const char *line;

	if (s->echo_left > 0) {
		vio_output_bytes(&a->terminal.out, &c, 1);
		if (--s->echo_left == 0)
			vio_output_text(&a->terminal.out, "\n");
	} else if ((line = line_feed(&s->line, c)) != NULL) {
		run(a, line);
	} else {
		return;
	}
	shell_prompt(a);
}

bool shell_work(struct app *a)
{
	unsigned taken = 0;
	int c;

	while (taken < BYTES_PER_TURN && vio_output_room(&a->terminal.out) >= ROOM &&
	       (c = vio_terminal_getc(&a->terminal)) >= 0) {
		take(a, (char)c);
		taken++;
	}
	return taken > 0;
}
