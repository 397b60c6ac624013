/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the firmware's console runs: on port 0 of a virtio-console as soon as one is
 * up and open, else on the board's early console. Text written before that is decided
 * is kept and shown once, wherever it turns out to be; after a failure or a hang-up
 * the console goes on, with all that was not sent yet, on the early console, and comes
 * back when the port opens again.
 */
#ifndef FIRMWARE_TERMINAL_H
#define FIRMWARE_TERMINAL_H

#include <picovirtio/loop.h>
#include "firmware/output.h"

enum terminal_place {
	TERMINAL_NOWHERE, /* not decided yet: text is kept */
	TERMINAL_VIRTIO,
	TERMINAL_EARLY,
};

/* Looks for an open port 0: how many, and how many while the host is expected to open one. They are
 * counted, since on a busy machine the clock goes on while the host does nothing for us. */
enum {
	TERMINAL_INPUT_BYTES = 256,
	TERMINAL_LOOKS = 5,
	TERMINAL_LOOKS_AWAITED = 50,
};

#define TERMINAL_LOOK	     UINT64_C(100000000) /* ns from one look to the next */
#define TERMINAL_LISTEN	     UINT64_C(20000000)	 /* ns between looks at the early console */
#define TERMINAL_LISTEN_FAST UINT64_C(1000000)	 /* while somebody is typing there */

struct terminal {
	/* Filled by the caller, all else zero. */
	struct vio_loop *loop;
	void (*moved)(void *arg, enum terminal_place from); /* the console has moved */
	void *arg;

	struct output out;
	enum terminal_place place;
	struct vio_device *dev; /* the virtio-console in use, or used last */
	struct output_sink sink;
	struct vio_timer patience, listen;
	unsigned looks; /* for an open port, before the console was anywhere */
	unsigned quiet; /* looks at the early console since its last byte */
	bool decided;
	char input[TERMINAL_INPUT_BYTES];
	size_t input_first, input_end;
};

/* After probing: choose, now or when port 0 opens, and register with the panic path. */
void terminal_start(struct terminal *t);

/* Each turn of the loop: follow the console, move text. True: something was done. */
bool terminal_service(struct terminal *t);

/* A byte of input, or -1: none now. */
int terminal_getc(struct terminal *t);
bool terminal_has_input(struct terminal *t);

/* Is there a Ctrl-C in the input so far? It is taken out, with all that was typed before it. Looks
 * no further than TERMINAL_INPUT_BYTES. */
bool terminal_interrupted(struct terminal *t);

/* Wait, bounded, until all text is out: before the end. */
void terminal_finish(struct terminal *t);

#endif
