/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows long output page by page, and a line with the progress of long work. Both need a terminal
 * that has reported its size, so they do nothing on a pipe or file.
 */
#ifndef FIRMWARE_CONSOLE_PAGER_H
#define FIRMWARE_CONSOLE_PAGER_H

#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>

struct pager {
	struct vio_terminal *terminal;
	struct vio_loop *loop;
	struct vio_timer second; /* the next update of the progress */
	unsigned rows, columns;	 /* of the terminal; 0: unknown, and nothing is done */
	unsigned row, column;	 /* how much of the page is full */
	bool on, pages;		 /* a command runs; its output is shown by pages */
	bool busy;		 /* services run, which must not wait */
	bool due, printed;	 /* a second has passed; text was printed meanwhile */
	bool shown;		 /* the line with the progress is on the screen */
	bool left;		 /* the person has seen enough */
	uint64_t begun;		 /* when the command was started */
	uint64_t done, total;	 /* the latest progress; total 0: none */
};

/* `p` starts zeroed. */
void pager_init(struct pager *p, struct vio_terminal *t, struct vio_loop *l);

/* A command begins. `all`: show its output without pages. */
void pager_begin(struct pager *p, bool all);

/* The command has ended. Returns true if it was interrupted since the person had seen enough of its
 * output (the key q): it has not failed then. */
bool pager_end(struct pager *p);

/* Called in each turn of the loop: shows the progress once a second. */
void pager_turn(struct pager *p);

/* A command reports how many bytes it has done, and of how many. */
void pager_progress(struct pager *p, uint64_t done, uint64_t total);

#endif
