/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a board owes the firmware: one implementation is linked, from
 * board/<name>/. Start-up calls vio_board_init() and then main(). Library code does not
 * include this; its needs are in picovirtio/platform.h. docs/porting.md walks through it.
 */
#ifndef VIO_BOARD_H
#define VIO_BOARD_H

#include <picovirtio/devicetree.h>
#include <picovirtio/platform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a machine may be without; the firmware goes on. */
enum vio_board_lack {
	VIO_BOARD_NO_CONSOLE = 1 << 0,	  /* no UART that we know */
	VIO_BOARD_NO_INTERRUPTS = 1 << 1, /* no interrupt controller that has a line to us */
	VIO_BOARD_NO_FREQUENCY = 1 << 2,  /* of the counter: times are guesses */
	VIO_BOARD_NO_TIMER = 1 << 3,	  /* that could end a sleep */
	VIO_BOARD_NO_POWEROFF = 1 << 4,
	VIO_BOARD_NO_WAKE =
		1 << 5, /* the CPU takes no interrupt of a device as an end of a sleep */
};

/* A node whose registers are left alone. */
struct vio_board_left {
	struct vio_dt_node node;
	const char *lies_in; /* what memory they would be in; NULL: this CPU cannot address them */
};
enum { VIO_BOARD_LEFT_MAX = 4 };

/* The machine, as found in the devicetree. Filled by vio_board_init(). */
struct vio_board {
	const char *name;		/* "riscv64 S-mode, SBI 1.0, OpenSBI 1.1" or alike */
	struct vio_dt dt;		/* the devicetree, checked; see picovirtio/devicetree.h */
	int dt_error;			/* VIO_ENODEV: there is no usable one */
	const char *dt_from;		/* who had it: "a1" or alike, "built in"; NULL: nobody */
	bool dt_built_in;		/* it is the one in the image */
	const char *dt_refused;		/* who had none, and what was there instead; "": nobody */
	const char *early_console;	/* "16550@10000000" or "SBI" */
	struct vio_platform platform;	/* for the library */
	uint64_t ram_base, ram_bytes;	/* the memory that the image runs in */
	uint64_t free_base, free_bytes; /* what is left of it for the arena, at start */
	int memory_error;		/* why there is no arena, or VIO_OK */
	unsigned harts;			/* cpu nodes that are not disabled */
	unsigned lacks;			/* enum vio_board_lack, those that hold */
	struct vio_board_left left[VIO_BOARD_LEFT_MAX];
	unsigned nleft;
};

extern struct vio_board vio_board;

/* Called once by start-up, before main(); `fdt` as handed over by the boot loader. */
void vio_board_init(const void *fdt);

/* Memory that lives as long as the image: zeroed, from the arena. NULL: none left. */
void *vio_board_alloc(size_t len, size_t align);

/*
 * What memory a run of addresses touches, in words ("this image", "the devicetree", "RAM");
 * NULL: none that we know of. A tree that places registers there is wrong: whoever touched them
 * would write to memory.
 */
const char *vio_board_memory_at(struct vio_span s);

/* Bytes of the arena handed out so far. */
size_t vio_board_alloc_used(void);

/* Early console: write, waiting (bounded) for room; and one byte if there is, or -1. */
void vio_board_early_write(const char *p, size_t n);
int vio_board_early_read(void);

/*
 * Let the interrupt of a device end platform.idle(). `irq` is what the devicetree says of it
 * (vio_dt_interrupt(); NULL: nothing of use); its line is returned for display, or an enum vio_err
 * (no or unknown interrupt, or one that the controller does not enable: idle() then returns every
 * 10 ms, so that the loop polls; also if this is never called).
 */
int vio_board_irq_enable(const struct vio_dt_irq *irq);

/* Times that platform.idle() slept, and times that a device line ended it. */
struct vio_board_idle_counts {
	uint32_t sleeps, wakes_device, wakes_timer;
};
struct vio_board_idle_counts vio_board_idle_counts(void);

/* The end. `code` 0: success; other: failure, shown as QEMU's exit code where the
 * machine can tell. Tries every way that the tree names; at last stops for ever. */
VIO_NORETURN void vio_board_poweroff(int code);
VIO_NORETURN void vio_board_reboot(void);

/*
 * Where a panic writes besides the early console: the firmware sets it once the
 * console device is known. It must work from a trap, with bounded waits.
 * Returns false if it could not write; then the early console is used.
 */
extern bool (*vio_board_panic_write)(const char *p, size_t n);

/* Report (printf-free formatting is the board's business) and power off with code 1. */
VIO_NORETURN void vio_board_panic(const char *why);

#ifdef __cplusplus
}
#else
/* The application. Returning is vio_board_poweroff(result). */
int main(void);
#endif
#endif
