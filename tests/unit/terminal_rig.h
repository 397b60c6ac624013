/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal with its consoles, early console and clock in the test's hands. */
#ifndef VIO_TERMINAL_RIG_H
#define VIO_TERMINAL_RIG_H

#include <picovirtio/device.h>
#include <picovirtio/terminal.h>

/* The bytes that one side has received, and those that it sends. */
struct end {
	char got[8192];
	size_t got_len;
	const char *sends;
};

extern struct end early, virtio, emergency, second;

struct fake {
	uint64_t clock;
	uint64_t late; /* ns that each sleep is longer than asked for */
	bool open, awaited, second_open;
	bool log_open; /* port 2 of the second console, which is called a.log */
	size_t room;   /* of the transmit blocks */
	size_t unsent;
	bool device_works;    /* a poll takes the unsent bytes */
	unsigned works_after; /* polls, from when on it does; 0: as it is */
	uint64_t tick;	      /* ns that pass between two looks at the clock, besides 1000 */
	bool has_emergency;
	bool trap_in_ring; /* writing to the ring panics again */
	bool overtaken;	   /* an emergency write came before unsent bytes */
	unsigned polls, register_reads, moves;
	enum vio_terminal_place moved_from;
};

extern struct fake fake;
extern struct vio_device device, second_device; /* the second is not in the loop at first */
extern struct vio_loop loop;
extern struct vio_terminal terminal;

/* A live console whose port is open, and a terminal that has not started. */
int terminal_setup(void **state);

/* Check that the side has received exactly this text since the last call. */
void came(struct end *e, const char *text);

#endif
