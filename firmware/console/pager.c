/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/pager.h"

#include "firmware/devices/wait.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

static void order(struct pager *p, const char *s)
{
	vio_output_bytes(&p->terminal->out, s, strlen(s));
	vio_output_drain(&p->terminal->out);
}

/* ---- Progress ---- */

static void hide(struct pager *p)
{
	if (p->shown)
		order(p, "\r\x1b[K");
	p->shown = false;
}

static void next_second(void *arg, uint64_t now)
{
	struct pager *p = arg;

	p->due = true;
	vio_timer_set(p->loop, &p->second, now + SECOND);
}

static void show(struct pager *p)
{
	const uint64_t seconds = (vio_loop_now(p->loop) - p->begun) / SECOND;
	char text[80];

	if (p->total > 0)
		snprintf(text, sizeof(text),
			 "\r\x1b[K%" PRIu64 " of %" PRIu64 " MiB, %" PRIu64 " s", p->done >> 20,
			 p->total >> 20, seconds);
	else
		snprintf(text, sizeof(text), "\r\x1b[K%" PRIu64 " s; Ctrl-C ends it", seconds);
	order(p, text);
	p->shown = true;
}

/* If text was printed, no progress needs to be shown; and a line that is not complete is not
 * overwritten. */
void pager_turn(struct pager *p)
{
	if (!p->due)
		return;
	p->due = false;
	if (!p->printed && p->column == 0)
		show(p);
	p->printed = false;
}

void pager_progress(struct pager *p, uint64_t done, uint64_t total)
{
	p->done = done;
	p->total = total;
}

/* ---- Pages ---- */

static bool has_key(void *arg)
{
	return vio_terminal_has_input(arg);
}

static void discard(void *ctx, char c)
{
	(void)ctx;
	(void)c;
}

/* Stop the command. Its remaining output is not shown. */
static void leave(struct pager *p)
{
	static const struct vio_output_capture nowhere = { NULL, discard };

	p->left = !p->loop->interrupted; /* by Ctrl-C */
	p->loop->interrupted = true;
	p->terminal->out.capture = &nowhere;
}

/* Other bytes are left out: those of an arrow key, or of the terminal's answer. */
static int take_key(struct pager *p)
{
	static const char keys[] = { ' ', '\r', '\n', 'q', 'Q' };

	while (wait_until(p->loop, has_key, p->terminal, UINT64_MAX)) {
		const int key = vio_terminal_getc(p->terminal);

		if (memchr(keys, key, sizeof(keys)))
			return key;
	}
	return 'q';
}

static void wait_for_key(struct pager *p)
{
	order(p, "-- Space: more, Enter: a line, q: enough --");
	const int key = take_key(p);
	order(p, "\r\x1b[K");
	p->begun = vio_loop_now(p->loop);
	p->row = key == '\r' || key == '\n' ? p->rows - 2 : 0;
	if (key == 'q' || key == 'Q')
		leave(p);
}

/* Called before a character is printed: if it would scroll unread text off the screen, wait for a
 * key. */
static void count(void *ctx, char c)
{
	struct pager *p = ctx;

	hide(p);
	p->printed = true;
	if (p->row + 1 >= p->rows && p->pages && !p->busy) {
		p->pages = false; /* not again during this wait */
		wait_for_key(p);
		p->pages = true;
	}
	p->column += ((uint8_t)c & 0xc0) != 0x80;
	if (c == '\n' || p->column > p->columns) {
		p->row++;
		p->column = c != '\n';
	}
}

/* ---- A command ---- */

void pager_init(struct pager *p, struct vio_terminal *t, struct vio_loop *l)
{
	p->terminal = t;
	p->loop = l;
	p->second.fire = next_second;
	p->second.arg = p;
}

void pager_begin(struct pager *p, bool all)
{
	p->on = p->rows > 2 && p->columns > 0;
	p->pages = p->on && !all;
	p->row = p->column = 0;
	p->due = p->printed = p->shown = p->left = false;
	p->total = 0;
	if (!p->on)
		return;
	p->begun = vio_loop_now(p->loop);
	vio_timer_set(p->loop, &p->second, p->begun + SECOND);
	p->terminal->out.before_ctx = p;
	p->terminal->out.before = count;
}

bool pager_end(struct pager *p)
{
	if (!p->on)
		return false;
	p->on = false;
	p->terminal->out.before = NULL;
	p->terminal->out.capture = NULL;
	vio_timer_cancel(p->loop, &p->second);
	hide(p);
	return p->left;
}
