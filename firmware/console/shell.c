/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/shell.h"

#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>
#include "firmware/console/complete.h"
#include "firmware/console/hint.h"
#include "firmware/console/words.h"
#include "firmware/devices/trace.h"
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

enum {
	BYTES_PER_TURN = 512, /* input taken in one turn, so that devices are served in between */
	/* Free room that is needed before a byte is taken, since its echo may redraw the line
	 * before and after the cursor. Without the room the input waits in the device until the
	 * reader has caught up. */
	ROOM = 4 * LINE_MAX_BYTES,
};

const struct shell_reporter *shell_reporter;

static void line_out(void *ctx, const char *p, size_t n)
{
	struct vio_terminal *t = ctx;

	vio_output_bytes(&t->out, p, n);
}

/* Called before a message of the firmware is printed: it takes the place of prompt and line, which
 * are shown again below it. */
static void hide(void *ctx, char c)
{
	struct shell *s = ctx;

	(void)c;
	if (!s->hidden)
		line_hide(&s->line);
	s->hidden = true;
}

static void set_paused(void *arg, uint64_t now)
{
	struct shell *s = arg;

	(void)now;
	s->paused = true;
}

void shell_init(struct shell *s, const struct command_context *c)
{
	s->context = *c;
	s->line.prompt = "pico> ";
	s->line.out = line_out;
	s->line.ctx = c->terminal;
	pager_init(&s->pager, c->terminal, c->loop);
	s->pause.fire = set_paused;
	s->pause.arg = s;
}

void shell_prompt(struct shell *s)
{
	struct vio_output *o = &s->context.terminal->out;

	if (s->echo_left > 0)
		return;
	s->hidden = false;
	line_show(&s->line);
	if (s->asks_size && !s->line.asked)
		line_ask_size(&s->line);
	o->before_ctx = s;
	o->before = hide;
}

static void unknown(const struct command_table *t, const char *name)
{
	const char *names[COMMANDS_MAX];
	const char *near;

	for (size_t i = 0; i < t->count; i++)
		names[i] = t->command[i]->name;
	near = hint_nearest(name, names, t->count);
	if (near)
		complain("%s: no such command; did you mean '%s'?\n", name, near);
	else
		complain("%s: no such command; try 'help'\n", name);
}

bool shell_is_use(const char *name, const char *args, int least, int most, int n, char **word)
{
	if (n - 1 > most)
		complain("%s: '%s' is one word too many; use: %s %s\n", name, word[most + 1], name,
			 args);
	else if (n - 1 < least)
		complain("%s: a word is missing; use: %s %s\n", name, name, args);
	return n - 1 >= least && n - 1 <= most;
}

/* Removes the word --all, which tells the shell to show no pages. */
static bool take_all(int *n, char **word)
{
	int kept = 0;

	for (int i = 0; i < *n; i++) {
		if (strcmp(word[i], "--all") != 0)
			word[kept++] = word[i];
	}
	const bool taken = kept < *n;
	*n = kept;
	word[kept] = NULL;
	return taken;
}

static int run_command(struct shell *s, const struct command *c, int n, char **word)
{
	if (!shell_is_use(c->name, c->args, c->least, c->most, n, word))
		return SHELL_MISUSED;
	pager_begin(&s->pager, s->all);
	c->run(&s->context, n, word);
	if (pager_end(&s->pager)) {
		s->context.loop->interrupted = false;
		return 0;
	}
	return complained() || s->context.loop->interrupted ? SHELL_FAILED : 0;
}

static int run_words(struct shell *s, int n, char **word)
{
	if (n < 0) {
		complain(n == WORDS_UNCLOSED ? "a quote has no end\n"
					     : "a command has too many words\n");
		return SHELL_MISUSED;
	}
	if (n == 0)
		return 0;
	const struct command *c = command_find(s->context.commands, word[0]);
	if (!c) {
		unknown(s->context.commands, word[0]);
		return SHELL_MISUSED;
	}
	return run_command(s, c, n, word);
}

static void run_next(struct shell *s, int n, char **word)
{
	s->all = n > 0 && take_all(&n, word);
	const int code = run_words(s, n, word);

	complained();
	if (s->code == 0)
		s->code = code;
	if (shell_reporter && n != 0)
		shell_reporter->ended(n, word, code);
}

void shell_run_text(struct shell *s, char *text)
{
	char *word[WORDS_MAX + 1];
	int n = 0;

	s->context.terminal->out.before = NULL;
	s->context.loop->interrupted = false;
	s->running = true;
	s->pager.rows = s->line.rows;
	s->pager.columns = s->line.columns;
	while (n >= 0 && *text != '\0' && !s->context.loop->interrupted) {
		n = words_split(&text, word);
		run_next(s, n, word);
	}
	s->running = false;
	/* Ctrl-C ended the command only. Other services continue. */
	s->context.loop->interrupted = false;
}

/* A log contains the line only when it is complete. */
static void log_line(struct shell *s, const char *line)
{
	struct vio_output *copy = s->context.terminal->out.copy;

	if (!copy)
		return;
	vio_output_text(copy, s->line.prompt);
	vio_output_text(copy, line);
	vio_output_text(copy, "\n");
}

static void run_line(struct shell *s, const char *line)
{
	char text[LINE_MAX_BYTES + 1];
	const size_t len = strlen(line);

	if (len == 0)
		return;
	trace_add(s->context.trace, vio_loop_now(s->context.loop), TRACE_COMMAND, len);
	log_line(s, line);
	memcpy(text, line, len + 1);
	shell_run_text(s, text);
}

bool shell_service(struct shell *s)
{
	if (s->running)
		pager_turn(&s->pager);
	if (!s->running || !vio_terminal_interrupted(s->context.terminal))
		return false;
	vio_output_text(&s->context.terminal->out, "^C\n");
	s->context.loop->interrupted = true;
	return true;
}

static void take(struct shell *s, char c)
{
	const char *line;

	if (s->echo_left > 0) {
		vio_output_bytes(&s->context.terminal->out, &c, 1);
		if (--s->echo_left == 0)
			vio_output_text(&s->context.terminal->out, "\n");
	} else if ((line = line_feed(&s->line, c))) {
		run_line(s, line);
	} else {
		return;
	}
	shell_prompt(s);
}

static void wait_for_more(struct shell *s)
{
	const uint64_t pause = line_waits(&s->line);

	if (pause > 0)
		vio_timer_set(s->context.loop, &s->pause, vio_loop_now(s->context.loop) + pause);
	else
		vio_timer_cancel(s->context.loop, &s->pause);
	s->paused = false;
}

/* Completing may wait for a disk, so Ctrl-C has to end it. */
static void pause_is_over(struct shell *s)
{
	const bool tab = s->line.waiting == KEY_TAB;

	line_paused(&s->line);
	if (!tab)
		return;
	s->running = true;
	complete_line(&s->context, &s->line);
	s->running = false;
	s->context.loop->interrupted = false;
}

static unsigned take_input(struct shell *s)
{
	unsigned taken = 0;
	int c;

	while (taken < BYTES_PER_TURN && vio_output_room(&s->context.terminal->out) >= ROOM &&
	       (c = vio_terminal_getc(s->context.terminal)) >= 0) {
		take(s, (char)c);
		taken++;
	}
	return taken;
}

bool shell_work(struct shell *s)
{
	const bool due = s->paused || s->hidden;

	if (s->hidden)
		shell_prompt(s);
	const unsigned taken = take_input(s);
	if (taken == 0 && s->paused)
		pause_is_over(s);
	if (taken > 0 || s->paused)
		wait_for_more(s);
	return taken > 0 || due;
}
