/* SPDX-License-Identifier: BSD-2-Clause */
/* A GIC that does not enable a line. The board reads the bit back, since the loop would otherwise
 * wait for a line that never rises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "board/arm/gic.h"
#include "board/host/host.h"

enum { AT = 0x08000000, BYTES = 0x20000, CORE_AT = AT + 0x10000, LINE = 33 };

/* The registers of a controller, as memory but for one word. */
static struct {
	uint8_t bytes[BYTES];
	size_t stuck; /* this word reads 0, whatever is written; 0: none */
} host;

struct vio_board vio_board;
const struct gic_version vio_gic_version_3 = { .compatible = { NULL } };

static uint32_t load(void *ctx, size_t off, unsigned width)
{
	uint32_t v = 0;

	(void)ctx;
	memcpy(&v, host.bytes + off, width);
	return host.stuck != 0 && off / 4 == host.stuck / 4 ? 0 : v;
}

static void store(void *ctx, size_t off, unsigned width, uint32_t v)
{
	(void)ctx;
	memcpy(host.bytes + off, &v, width);
}

/* ---- The tree, as far as the controller asks ---- */

bool vio_tree_reg(struct vio_dt_node n, unsigned i, uint64_t bytes, uintptr_t *at)
{
	(void)n;
	(void)bytes;
	*at = i == 0 ? AT : CORE_AT;
	return true;
}

struct vio_dt_node vio_dt_find(const struct vio_dt *dt, struct vio_dt_node n,
			       const char *compatible)
{
	(void)dt;
	(void)compatible;
	n.at = 8;
	return n;
}

void vio_arm_timer_quiet(void)
{
}

static struct vio_host_window window = { .base = AT, .len = BYTES, .read = load, .write = store };

static int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	memset(&vio_board, 0, sizeof(vio_board));
	vio_host_window_add(&window);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vio_host_windows_clear();
	return 0;
}

static void test_gic_that_does_not_enable_a_line(void **state)
{
	const struct vio_dt_irq irq = { .controller = { .at = 8 },
					.ncells = 3,
					.cell = { 0, LINE - 32, 4 } };

	(void)state;
	host.bytes[4] = 3; /* GICD_TYPER: 128 lines */
	vio_arm_gic_init();
	assert_int_equal(vio_board_irq_enable(&irq), LINE);
	assert_true(vio_gic_complete());
	host.stuck = 0x100 + LINE / 32 * 4; /* GICD_ISENABLER */
	assert_int_equal(vio_board_irq_enable(&irq), VIO_ENODEV);
	assert_false(vio_gic_complete());
	assert_int_equal(vio_board_irq_enable(NULL), VIO_ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gic_that_does_not_enable_a_line, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("gic", tests, NULL, NULL);
}
