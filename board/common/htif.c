/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/htif.h"
#include "board/common/wide.h"

enum {
	WORD_BYTES = 8,
	DEVICE_SHIFT = 56,
	COMMAND_SHIFT = 48,
	DEVICE_CONSOLE = 1,
	COMMAND_GET = 0,
	COMMAND_PUT = 1,
	HELD_NONE = -1,
};

/* The root of the devicetree of TinyEMU and emulators based on it (Cartesi). */
#define RISCVEMU_COMPATIBLE "ucbbar,riscvemu-bar_dev"

static struct {
	struct wide tohost, fromhost;
	bool open;
	/*
	 * As in TinyEMU and its descendants: a request is complete when the write to tohost ends,
	 * and tohost may keep the request. A byte is answered as its value plus 1; 0 means that
	 * there is none.
	 */
	bool at_once;
	bool asked; /* an answer of the host is outstanding */
	int held;   /* a byte that arrived during another request */
} htif;

/*
 * If `reg` has two entries, they are fromhost and tohost. If it has one, as QEMU's, fromhost is the
 * first word and tohost the second. The descendants of TinyEMU have the opposite order.
 */
static bool find_words(struct vio_dt_node n, bool tohost_first, uintptr_t *tohost,
		       uintptr_t *fromhost)
{
	if (vio_tree_reg(n, 1, WORD_BYTES, tohost))
		return vio_tree_reg(n, 0, WORD_BYTES, fromhost);
	if (!vio_tree_reg(n, 0, UINT64_C(2) * WORD_BYTES, fromhost))
		return false;
	*tohost = *fromhost + WORD_BYTES;
	if (tohost_first) {
		*tohost = *fromhost;
		*fromhost += WORD_BYTES;
	}
	return true;
}

bool vio_htif_open(struct vio_dt_node n, uintptr_t *base)
{
	uintptr_t tohost, fromhost;

	htif.open = htif.asked = false;
	htif.held = HELD_NONE;
	if (!vio_dt_is(n))
		return false;
	htif.at_once =
		vio_dt_compatible(&vio_board.dt, vio_dt_root(&vio_board.dt), RISCVEMU_COMPATIBLE);
	if (!find_words(n, htif.at_once, &tohost, &fromhost) || tohost % WORD_BYTES != 0 ||
	    fromhost % WORD_BYTES != 0)
		return false;
	htif.open = vio_wide_use(&htif.tohost, tohost) && vio_wide_use(&htif.fromhost, fromhost);
	*base = tohost < fromhost ? tohost : fromhost;
	return htif.open;
}

bool vio_htif_is_open(void)
{
	return htif.open;
}

static void request(uint64_t command, uint8_t data)
{
	vio_wide_write(&htif.tohost,
		       (uint64_t)DEVICE_CONSOLE << DEVICE_SHIFT | command << COMMAND_SHIFT | data);
}

bool vio_htif_room(const struct uart *u)
{
	(void)u;
	return htif.at_once || vio_wide_read(&htif.tohost) == 0;
}

/* The next answer comes only after this one was taken. */
static void take_answer(void)
{
	const uint64_t answer = vio_wide_read(&htif.fromhost);

	if (answer == 0)
		return;
	vio_wide_write(&htif.fromhost, 0);
	if (answer >> COMMAND_SHIFT != ((uint64_t)DEVICE_CONSOLE << 8 | COMMAND_GET))
		return;
	htif.asked = false;
	if (!htif.at_once)
		htif.held = (int)(answer & UINT8_MAX);
	else if ((uint32_t)answer != 0)
		htif.held = (int)((answer - 1) & UINT8_MAX);
}

void vio_htif_put(const struct uart *u, uint8_t c)
{
	(void)u;
	take_answer();
	request(COMMAND_PUT, c);
}

int vio_htif_get(const struct uart *u)
{
	take_answer();
	int c = htif.held;
	htif.held = HELD_NONE;
	if (c == HELD_NONE && !htif.asked && vio_htif_room(u)) {
		request(COMMAND_GET, 0);
		htif.asked = true;
	}
	return c;
}

void vio_htif_exit(int code)
{
	if (htif.open)
		vio_wide_write(&htif.tohost, (uint64_t)(unsigned)code << 1 | 1);
}
