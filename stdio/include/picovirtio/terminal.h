/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console of an image. It runs on port 0 of the first virtio-console if the port opens in time,
 * then on the next one, and otherwise on the board's early console. Text that is written before
 * this is decided is kept, and shown once. After a failure or a hang-up the console moves to the
 * early console, together with all text that was not sent yet. It moves back when the port opens
 * again.
 */
#ifndef VIO_TERMINAL_H
#define VIO_TERMINAL_H

#include <picovirtio/loop.h>
#include <picovirtio/port.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vio_terminal_place {
	VIO_TERMINAL_NOWHERE, /* not decided yet; text is kept */
	VIO_TERMINAL_VIRTIO,
	VIO_TERMINAL_EARLY,
};

/* The console waits for port 0 to open for a number of looks, not for a time: on a busy host the
 * clock advances while the device gets no time to run. */
enum {
	VIO_TERMINAL_INPUT_BYTES = 256,
	VIO_TERMINAL_LOOKS = 5,		 /* looks for an open port */
	VIO_TERMINAL_LOOKS_AWAITED = 50, /* the same if vio_console_awaited() is true */
};

#define VIO_TERMINAL_LOOK	 UINT64_C(100000000) /* ns between two looks for an open port */
#define VIO_TERMINAL_LISTEN	 UINT64_C(20000000)  /* ns between two looks for early input */
#define VIO_TERMINAL_LISTEN_FAST UINT64_C(1000000)   /* the same, just after some input */

#define VIO_TERMINAL_NEVER UINT64_MAX

struct vio_terminal {
	/* The caller fills these fields; all other fields start zeroed. */
	struct vio_loop *loop;
	void (*moved)(void *arg, enum vio_terminal_place from); /* called after a move; or NULL */
	/* The place of a console among others: the one of the least rank whose port 0 is open is
	 * used, and VIO_TERMINAL_NEVER is never used. NULL, or equal ranks: the order of
	 * `loop->devices` decides. */
	uint64_t (*rank)(void *arg, const struct vio_device *d);
	void *arg;

	struct vio_output out;
	enum vio_terminal_place place;
	struct vio_device *dev; /* the virtio-console that is in use, or was used last */
	struct vio_port port;
	struct vio_output_sink sink;
	struct vio_timer timeout, listen;
	unsigned looks; /* looks for an open port before the place was decided */
	unsigned quiet; /* looks at the early console since its latest byte */
	bool decided;
	char input[VIO_TERMINAL_INPUT_BYTES];
	size_t input_first, input_end;
};

/*
 * Call this after probing. It chooses the place, now or when port 0 opens, and sends panic reports
 * to the console. If the loop has no service(), it gets one that calls vio_terminal_service().
 *
 *     struct vio_loop loop = { .platform = &vio_board.platform };
 *     struct vio_terminal terminal = { .loop = &loop };
 *     vio_stdio_attach(&terminal);      printf() works from here on
 *     (find the devices)                loop.devices = ...
 *     vio_terminal_start(&terminal);
 *     vio_terminal_finish(&terminal);   before main() returns
 */
void vio_terminal_start(struct vio_terminal *t);

/* Call this in each turn of the loop. It decides where the console runs, and moves text. True:
 * something was done. */
bool vio_terminal_service(struct vio_terminal *t);

/* Read one byte of input, or -1 if there is none now; and ask whether there is input. */
int vio_terminal_getc(struct vio_terminal *t);
bool vio_terminal_has_input(struct vio_terminal *t);

/* Add `n` bytes to the input, as if they had been typed on the console. Returns the number
 * of bytes that fitted. May be called in a device callback. */
size_t vio_terminal_type(struct vio_terminal *t, const char *p, size_t n);

/* True if the next VIO_TERMINAL_INPUT_BYTES bytes of input contain a Ctrl-C. The Ctrl-C and all
 * input before it are removed. */
bool vio_terminal_interrupted(struct vio_terminal *t);

/* Wait until the place is decided and all text is sent, for a bounded time. Call this before main()
 * returns. */
void vio_terminal_finish(struct vio_terminal *t);

/*
 * Connect the C library's standard streams to `t`. Call this before the first printf(). With
 * picolibc all of stdio works, and a read of stdin runs the loop until there is input. With newlib
 * printf(), vprintf(), snprintf(), puts() and putchar() work; other functions need a heap and do
 * not link.
 */
void vio_stdio_attach(struct vio_terminal *t);

#ifdef __cplusplus
}
#endif
#endif
