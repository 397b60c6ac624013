/* SPDX-License-Identifier: BSD-2-Clause */
/* What boards share, and what each board owes it. picovirtio/board.h is what others see. */
#ifndef VIO_COMMON_H
#define VIO_COMMON_H

#include <picovirtio/board.h>
#include "board/common/text.h"

/* A property of one or two cells. VIO_EFORMAT: neither. */
int vio_tree_cells(struct vio_dt_node n, const char *name, uint64_t *out);

/*
 * Entry `i` of `reg` as registers that this CPU can address: `bytes` at least, aligned to 4.
 * On a 32-bit CPU an address above 4 GiB is refused, never cut;
 * so are registers in memory (vio_board_memory_at()).
 */
bool vio_tree_reg(struct vio_dt_node n, unsigned i, uint64_t bytes, uintptr_t *at);

/*
 * Note for the person that the registers of a node are left alone: `lies_in` is what memory they
 * would be in, NULL: this CPU cannot address all of them. Returns false.
 */
bool vio_tree_leave(struct vio_dt_node n, const char *lies_in);

/* Is this word among the boot arguments (QEMU's -append)? */
bool vio_tree_boot_word(const char *word);

/* The next cpu node after `n` (VIO_DT_NONE: the first) that is not disabled, or VIO_DT_NONE. */
struct vio_dt_node vio_tree_cpu(struct vio_dt_node n);

/*
 * Call risky(arg). False: it trapped, and ended there. For vio_board_init() alone: what handles a
 * trap uses the stack of reports, so nothing that runs on that one can be guarded.
 */
bool vio_guard_call(void (*risky)(void *arg), void *arg);

/* A handler of traps begins with it: it ends a guarded call, and returns if none is on. */
void vio_guard_trapped(void);

/* The memory that the image takes, its stacks and cleared data with it. */
struct vio_span vio_image_span(void);

/* Steps of vio_board_init(); each works without the others and without a usable tree. */
void vio_ram_find(const void *fdt); /* first: what is memory; the tree, NULL: none */
void vio_early_init(void);
void vio_memory_init(void);
void vio_count_cpus(void);

/* For struct vio_platform, on a machine with coherent caches or none. */
void *vio_memory_private(void *ctx, size_t len, size_t align);
void *vio_memory_ring(void *ctx, size_t len, size_t align, vio_dma *at);

/* The mark at the end of the stack. A stack that grew over it is a panic. */
void vio_stack_mark(void);
void vio_stack_check(void);

/* Is the address in the page below the stack? Where that traps, what it traps is an overflow. */
bool vio_stack_guards(uintptr_t at);

/* Where it happened. */
struct panic_place {
	void (*registers)(struct text *t, const void *frame); /* NULL: there is no frame */
	const void *frame;
	uintptr_t pc, ra, sp; /* pc 0: only the caller is known; ra is its return address */
};

/*
 * Report and end: "*** KIND: WHY", the registers, the stack, the callers. Goes out in one piece and
 * is kept: a trap on the way to the console comes back to here, and then the early console shows
 * both.
 */
_Noreturn void vio_panic_end(const char *kind, const char *why, const struct panic_place *place);

/* From here on nothing may depend on the clock. */
bool vio_panic_begun(void);
void vio_panic_begin(void);

/* The UART of the early console is what traps: use what is below us. */
void vio_early_drop_uart(void);

/*
 * Each way to the end is tried once in the life of the image (`tried`): one that traps ends up
 * here again, by way of the panic, and must not be the first choice a second time.
 */
typedef void (*power_way)(int code);
_Noreturn void vio_power_end(const power_way *ways, size_t n, size_t *tried, int code);

/* The exit code of a process has 8 bits: 0 stays 0, what does not fit is 1. */
int vio_power_code(int code);

/* A request may take effect a little later, on a busy host of an emulator after seconds; the next
 * one should not race with it, since it takes no exit code along. */
void vio_power_settle(void);

/* A node that says which word to write where ("syscon-poweroff", "syscon-reboot"): do it;
 * is there one? */
void vio_power_syscon(const char *what);
bool vio_power_has_syscon(const char *what);

/* From the board: nanoseconds since start; sleep until anything happens. */
uint64_t vio_cpu_now(void);
void vio_cpu_wait(void);

/* From the board: the console to use if the tree names none: its name ("none"); a byte out;
 * a byte in, or -1. */
const char *vio_below_console(void);
void vio_below_put(uint8_t c);
int vio_below_get(void);

/* The same for what is below nothing but a debugger or an emulator: semihosting, if somebody
 * listens. Needs a board's vio_cpu_call_debugger(), which may trap. */
const char *vio_semihosting_console(void);
void vio_semihosting_put(uint8_t c);
void vio_cpu_call_debugger(unsigned operation, const void *argument);

#endif
