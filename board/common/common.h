/* SPDX-License-Identifier: BSD-2-Clause */
/* What boards share, and what each board provides for it. The rest of the firmware sees
 * picovirtio/board.h. */
#ifndef VIO_COMMON_H
#define VIO_COMMON_H

#include <picovirtio/board.h>
#include "board/common/text.h"

/* Read a property of one or two cells. VIO_EFORMAT: it has neither. */
int vio_tree_cells(struct vio_dt_node n, const char *name, uint64_t *out);

/*
 * Find entry `i` of `reg` as registers that this CPU can address: at least `bytes` bytes, aligned
 * to 4. On a 32-bit CPU an address above 4 GiB is refused, and never truncated. Registers that
 * overlap memory are refused too (vio_board_memory_at()).
 */
bool vio_tree_reg(struct vio_dt_node n, unsigned i, uint64_t bytes, uintptr_t *at);

/*
 * Note, for a message, that the registers of a node are not used. `lies_in` is the memory that they
 * overlap; NULL: this CPU cannot address all of them. Returns false.
 */
bool vio_tree_leave(struct vio_dt_node n, const char *lies_in);

/* Is this word one of the boot arguments (QEMU: -append)? */
bool vio_tree_boot_word(const char *word);

/* The next cpu node after `n` that is not disabled (VIO_DT_NONE: the first one). VIO_DT_NONE: there
 * are no more. */
struct vio_dt_node vio_tree_cpu(struct vio_dt_node n);

/* The first call of every trap handler. It ends a guarded call, and returns if there is none. */
void vio_guard_trapped(void);

/* The memory of the image, including its stacks and its cleared data. */
struct vio_span vio_image_span(void);

/* The steps of vio_board_init(). Each works without the others, and without a usable devicetree. */
/* The first step: finds the memory; `fdt` is NULL if there is no devicetree. */
void vio_ram_find(const void *fdt);
void vio_early_init(void);
void vio_memory_init(void);
void vio_count_cpus(void);

/* For struct vio_platform, on a machine whose caches are coherent, or without caches. */
void *vio_memory_private(void *ctx, size_t len, size_t align);
void *vio_memory_ring(void *ctx, size_t len, size_t align, vio_dma *at);

/* The mark at the end of the stack. If a stack has overwritten it, that is a panic. */
void vio_stack_mark(void);
void vio_stack_check(void);

/* Is the address in the page below the stack? On machines where that page traps, the trap is an
 * overflow of the stack. */
bool vio_stack_guards(uintptr_t at);

/* Where a panic happened. */
struct panic_place {
	void (*registers)(struct text *t, const void *frame); /* NULL: there is no frame */
	const void *frame;
	uintptr_t pc, ra, sp; /* pc 0: only the caller is known, and `ra` is its return address */
};

/*
 * Print the report and end: "*** KIND: WHY", the registers, the stack, the callers. The report is
 * written in one piece and kept. If the console traps meanwhile, this function runs again, and the
 * early console shows both reports.
 */
_Noreturn void vio_panic_end(const char *kind, const char *why, const struct panic_place *place);

/* True after a panic began. From then on nothing may depend on the clock. */
bool vio_panic_begun(void);
void vio_panic_begin(void);

/* The UART of the early console traps: use the firmware below instead. */
void vio_early_drop_uart(void);

/*
 * Each way to power off is tried once (`tried`). A way that traps leads to a panic, and so here
 * again; it must not be the first choice a second time.
 */
typedef void (*power_way)(int code);
_Noreturn void vio_power_end(const power_way *ways, size_t n, size_t *tried, int code);

/* The exit code of a process has 8 bits. 0 stays 0, and a code that does not fit becomes 1. */
int vio_power_code(int code);

/* Wait for a request to take effect. On a busy host this may take seconds, and the next request
 * should not overtake this one, since it carries no exit code. */
void vio_power_settle(void);

/* Write the word that a node ("syscon-poweroff", "syscon-reboot") names to the place that it names,
 * if there is such a node. */
void vio_power_syscon(const char *what);
bool vio_power_has_syscon(const char *what);

/* Provided by the board: nanoseconds since start, and a sleep until anything happens. */
uint64_t vio_cpu_now(void);
void vio_cpu_wait(void);

/* Provided by the board, for a machine whose devicetree names no console: its name ("none"), output
 * of a byte, input of a byte or -1. */
const char *vio_below_console(void);
void vio_below_put(uint8_t c);
int vio_below_get(void);

/* The same through semihosting, for a machine with nothing below but a debugger or emulator. It
 * needs the board's vio_cpu_call_debugger(), which may trap. */
const char *vio_semihosting_console(void);
void vio_semihosting_put(uint8_t c);
void vio_cpu_call_debugger(unsigned operation, const void *argument);

#endif
