/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a board provides to a firmware. Each image links one implementation, from board/<name>/.
 * Start-up code calls vio_board_init() and then main(). Library code does not include this header;
 * picovirtio/platform.h has what the library needs. docs/porting.md explains how to write a board.
 */
#ifndef VIO_BOARD_H
#define VIO_BOARD_H

#include <picovirtio/devicetree.h>
#include <picovirtio/platform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Parts that a machine may lack. The firmware runs without them. */
enum vio_board_lack {
	VIO_BOARD_NO_CONSOLE = 1 << 0,	  /* no UART of a known kind */
	VIO_BOARD_NO_INTERRUPTS = 1 << 1, /* no interrupt controller with a line to this CPU */
	VIO_BOARD_NO_FREQUENCY = 1 << 2,  /* frequency of the clock unknown: times are guesses */
	VIO_BOARD_NO_TIMER = 1 << 3,	  /* no timer that can end a sleep */
	VIO_BOARD_NO_POWEROFF = 1 << 4,	  /* no way to power off */
	VIO_BOARD_NO_WAKE = 1 << 5,	  /* interrupts of devices cannot end a sleep of this CPU */
};

/* A node of the devicetree whose registers are not used. */
struct vio_board_left {
	struct vio_dt_node node;
	const char *lies_in; /* the memory that they overlap; NULL: this CPU cannot address them */
};
enum { VIO_BOARD_LEFT_MAX = 4 };

/* The machine, as the devicetree describes it. vio_board_init() fills it. */
struct vio_board {
	const char *name;		/* for example "riscv64 S-mode, SBI 1.0, OpenSBI 1.1" */
	struct vio_dt dt;		/* the devicetree, checked; see picovirtio/devicetree.h */
	int dt_error;			/* VIO_OK, or VIO_ENODEV: no usable devicetree */
	const char *dt_from;		/* its source: a register such as "a1", or "built in" */
	bool dt_built_in;		/* the devicetree in the image is used */
	const char *dt_refused;		/* refused sources of a devicetree, and why; "": none */
	const char *early_console;	/* for example "16550@10000000" or "SBI" */
	struct vio_platform platform;	/* for the library */
	uint64_t ram_base, ram_bytes;	/* the run of RAM that holds the image */
	uint64_t free_base, free_bytes; /* the arena at start */
	int memory_error;		/* VIO_OK, or why there is no arena */
	unsigned harts;			/* cpu nodes that are not disabled */
	unsigned lacks;			/* missing parts: a set of enum vio_board_lack */
	struct vio_board_left left[VIO_BOARD_LEFT_MAX];
	unsigned nleft;
};

extern struct vio_board vio_board;

/* Start-up code calls this once, before main(), with the devicetree from the boot loader. */
void vio_board_init(const void *fdt);

/* Allocate zeroed memory from the arena. It is never freed. NULL: not enough memory is left. */
void *vio_board_alloc(size_t len, size_t align);

/*
 * The memory that a range of addresses overlaps, in words: "this image", "the devicetree" or "RAM".
 * NULL: no known memory. A devicetree that places registers in memory is wrong, and an access to
 * such registers would change that memory.
 */
const char *vio_board_memory_at(struct vio_span s);

/* Bytes of the arena that are allocated, and that are left. */
size_t vio_board_alloc_used(void);
size_t vio_board_alloc_left(void);

/* Take `len` free bytes off the end of the arena, for a memory balloon for example. False: fewer
 * are left. vio_board_alloc_grow() puts `len` bytes that were taken back to the end. */
bool vio_board_alloc_cut(size_t len);
void vio_board_alloc_grow(size_t len);

/* The early console. The write waits for room, for a bounded time. The read returns one byte, or -1
 * if there is no input. */
void vio_board_early_write(const char *p, size_t n);
int vio_board_early_read(void);

/*
 * Let the interrupt of a device end platform.idle(). `irq` is the result of vio_dt_interrupt(), or
 * NULL if the devicetree has no usable interrupt for the device. Returns the number of the line,
 * for display. Returns an enum vio_err if there is no interrupt, if it is unknown, or if the
 * controller does not enable it. idle() then returns every 10 ms, so that the loop polls. It does
 * the same if this function is never called.
 */
int vio_board_irq_enable(const struct vio_dt_irq *irq);

/* How often platform.idle() slept, and how often a device's line or the timer ended the sleep. */
struct vio_board_idle_counts {
	uint32_t sleeps, wakes_device, wakes_timer;
};
struct vio_board_idle_counts vio_board_get_idle_counts(void);

/* Power off, or reboot. `code` 0 means success. Another code means failure, and becomes QEMU's exit
 * code if the machine can report one. The functions try every way that the devicetree names. If
 * none works, the CPU stops for ever. */
VIO_NORETURN void vio_board_poweroff(int code);
VIO_NORETURN void vio_board_reboot(void);

/*
 * The function through which a panic writes its report. The firmware sets it when the console
 * device is known. It must work in a trap handler, and its waits must be bounded. If it returns
 * false, the report goes to the early console.
 */
extern bool (*vio_board_panic_write)(const char *p, size_t n);

/*
 * Call risky(arg). Returns false if an access in it trapped: risky() ended there, and the machine
 * goes on. Not in a trap handler, and not within another call of this function. It suits struct
 * vio_probe.
 */
bool vio_board_guard(void (*risky)(void *arg), void *arg);

/* Report `why`, and power off with code 1. */
VIO_NORETURN void vio_board_panic(const char *why);

#ifdef __cplusplus
}
#else
/* The application. When it returns, start-up code calls vio_board_poweroff() with its result. */
int main(void);
#endif
#endif
