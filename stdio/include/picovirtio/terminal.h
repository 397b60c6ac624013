/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an image's console runs: on port 0 of a virtio-console as soon as one is
 * up and open, else on the board's early console. Text written before that is decided
 * is kept and shown once, wherever it turns out to be; after a failure or a hang-up
 * the console goes on, with all that was not sent yet, on the early console, and comes
 * back when the port opens again.
 */
#ifndef VIO_TERMINAL_H
#define VIO_TERMINAL_H

#include <picovirtio/loop.h>
#include <picovirtio/output.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_terminal_place {
	VIO_TERMINAL_NOWHERE, /* not decided yet: text is kept */
	VIO_TERMINAL_VIRTIO,
	VIO_TERMINAL_EARLY,
};

/* Looks for an open port 0: how many, and how many while the host is expected to open one. They are
 * counted, since on a busy machine the clock goes on while the host does nothing for us. */
enum {
	VIO_TERMINAL_INPUT_BYTES = 256,
	VIO_TERMINAL_LOOKS = 5,
	VIO_TERMINAL_LOOKS_AWAITED = 50,
};

#define VIO_TERMINAL_LOOK	 UINT64_C(100000000) /* ns from one look to the next */
#define VIO_TERMINAL_LISTEN	 UINT64_C(20000000)  /* ns between looks at the early console */
#define VIO_TERMINAL_LISTEN_FAST UINT64_C(1000000)   /* while somebody is typing there */

struct vio_terminal {
	/* Filled by the caller, all else zero. */
	struct vio_loop *loop;
	void (*moved)(void *arg, enum vio_terminal_place from); /* the console has moved */
	void *arg;

	struct vio_output out;
	enum vio_terminal_place place;
	struct vio_device *dev; /* the virtio-console in use, or used last */
	struct vio_output_sink sink;
	struct vio_timer patience, listen;
	unsigned looks; /* for an open port, before the console was anywhere */
	unsigned quiet; /* looks at the early console since its last byte */
	bool decided;
	char input[VIO_TERMINAL_INPUT_BYTES];
	size_t input_first, input_end;
};

/*
 * After probing: choose, now or when port 0 opens, and register with the panic path. A loop without
 * a service() gets one that moves the text.
 *
 *     struct vio_loop loop = { .platform = &vio_board.platform };
 *     struct vio_terminal terminal = { .loop = &loop };
 *     vio_stdio_attach(&terminal);      printf() works from here on
 *     (find the devices)                loop.devices = ...
 *     vio_terminal_start(&terminal);
 *     vio_terminal_finish(&terminal);   before main() returns
 */
void vio_terminal_start(struct vio_terminal *t);

/* Each turn of the loop: follow the console, move text. True: something was done. */
bool vio_terminal_service(struct vio_terminal *t);

/* A byte of input, or -1: none now. */
int vio_terminal_getc(struct vio_terminal *t);
bool vio_terminal_has_input(struct vio_terminal *t);

/* Is there a Ctrl-C in the input so far? It is taken out, with all that was typed before it. Looks
 * no further than VIO_TERMINAL_INPUT_BYTES. */
bool vio_terminal_interrupted(struct vio_terminal *t);

/* Wait, bounded, until the console is somewhere and all text is out: before the end. */
void vio_terminal_finish(struct vio_terminal *t);

/*
 * The C library's standard streams go to `t`, to be called before the first printf(). With picolibc
 * all of stdio works, and reading stdin runs the loop until there is input. With newlib there are
 * printf(), snprintf(), puts() and putchar(); what else would need a heap does not link.
 */
void vio_stdio_attach(struct vio_terminal *t);

#ifdef __cplusplus
}
#endif
#endif
