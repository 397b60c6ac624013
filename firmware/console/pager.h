/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long output and long work at a person's terminal: a page at a time, and a line that says how far
 * a command is. Both need a terminal that has told its size, so a pipe or a file never sees them.
 */
#ifndef FIRMWARE_CONSOLE_PAGER_H
#define FIRMWARE_CONSOLE_PAGER_H

#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>

struct pager {
	struct vio_terminal *terminal;
	struct vio_loop *loop;
	struct vio_timer second; /* the next look at how far it is */
	unsigned rows, columns;	 /* of the terminal; 0: unknown, and nothing is done */
	unsigned row, column;	 /* of the page: so much of it is full */
	bool on, pages;		 /* a command runs; and its output is shown by pages */
	bool busy;		 /* services have their turn: nothing may wait */
	bool due, printed;	 /* a second is over; text came in it */
	bool shown;		 /* the line is on the screen */
	uint64_t begun;		 /* when the command was started */
	uint64_t done, total;	 /* what it told last; total 0: nothing */
};

/* Zeroed before. */
void pager_init(struct pager *p, struct vio_terminal *t, struct vio_loop *l);

/* A command begins or ends. `all`: its output is not shown by pages. */
void pager_begin(struct pager *p, bool all);
void pager_end(struct pager *p);

/* Each turn of the loop: show how far the command is, if a second is over. */
void pager_turn(struct pager *p);

/* How many bytes a command has worked through, and of how many. */
void pager_progress(struct pager *p, uint64_t done, uint64_t total);

#endif
