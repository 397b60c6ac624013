/* SPDX-License-Identifier: BSD-2-Clause */
/* HTIF as QEMU has it, and as TinyEMU's descendants (Cartesi) have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "board/common/htif.h"
#include "devicetree_blob.h"
#include "wide_rig.h"

enum { BASE = 0x40008000, BYTES = 0x1000, POLLS = 8 };

struct htif_model {
	struct wide_machine machine;
	size_t tohost_at;
	bool at_once; /* answers at once, and keeps the request */
	uint64_t tohost, fromhost;
	char out[16];
	size_t nout;
	int input; /* what is typed, or -1 */
	bool wanted;
	int exit_code;
};

static struct htif_model model;
static struct blob blob;

/* Spike answers when there is something; the other kind at once, with 0 for nothing. */
static void answer_get(struct htif_model *m)
{
	const uint64_t head = UINT64_C(1) << 56;

	if (m->input < 0 && !m->at_once)
		return;
	if (m->at_once)
		m->fromhost = head | (uint32_t)(m->input + 1);
	else
		m->fromhost = head | 0x100 | (uint32_t)m->input;
	m->input = -1;
	m->wanted = false;
}

static void take_request(struct htif_model *m, uint64_t request)
{
	m->tohost = m->at_once ? request : 0;
	if (request >> 48 == 0 && (request & 1) != 0) {
		m->exit_code = (int)(request >> 1);
	} else if (request >> 48 == 0x101) {
		assert_true(m->nout < sizeof(m->out));
		m->out[m->nout++] = (char)request;
		m->fromhost = UINT64_C(0x101) << 48;
	} else {
		assert_true(request >> 48 == 0x100);
		m->wanted = true;
	}
	if (m->wanted)
		answer_get(m);
}

static uint64_t htif_read(void *ctx, size_t off)
{
	struct htif_model *m = ctx;

	assert_true(off == 0 || off == 8);
	return off == m->tohost_at ? m->tohost : m->fromhost;
}

static void htif_write(void *ctx, size_t off, uint64_t v)
{
	struct htif_model *m = ctx;

	assert_true(off == 0 || off == 8);
	if (off == m->tohost_at)
		take_request(m, v);
	else
		m->fromhost = v;
}

static void open_tree(const char *root, uint32_t ncells, const uint32_t *reg)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_text(&t, "compatible", root);
	tree_cell(&t, "#address-cells", 1);
	tree_cell(&t, "#size-cells", 1);
	tree_begin(&t, "htif");
	tree_text(&t, "compatible", HTIF_COMPATIBLE);
	if (ncells > 0)
		tree_numbers(&t, "reg", ncells, reg);
	tree_end(&t);
	tree_end(&t);
	blob_free(&blob);
	blob = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, blob.bytes, blob.len), VIO_OK);
}

static void plug(size_t tohost_at, bool at_once)
{
	model = (struct htif_model){ .machine = { .takes_32 = !at_once,
						  .takes_64 = true,
						  .ctx = &model,
						  .read = htif_read,
						  .write = htif_write },
				     .tohost_at = tohost_at,
				     .at_once = at_once,
				     .input = -1,
				     .exit_code = -1 };
	wide_plug(&model.machine, BASE, 16);
}

static bool open_htif(void)
{
	uintptr_t base = 0;
	const bool is_open =
		vio_htif_open(vio_dt_find(&vio_board.dt, VIO_DT_NONE, HTIF_COMPATIBLE), &base);

	assert_int_equal(is_open, vio_htif_is_open());
	if (is_open)
		assert_int_equal(base, BASE);
	return is_open;
}

static int next_byte(void)
{
	int c = -1;

	for (unsigned i = 0; i < POLLS && c < 0; i++)
		c = vio_htif_get(NULL);
	return c;
}

static void type(uint8_t c)
{
	model.input = c;
	if (model.wanted)
		answer_get(&model);
}

static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		assert_true(vio_htif_room(NULL));
		vio_htif_put(NULL, (uint8_t)*text);
	}
}

static void talk(void)
{
	static const uint8_t typed[] = { 'x', 0, 0xff, '\r' };

	assert_true(open_htif());
	put("hello");
	assert_memory_equal(model.out, "hello", 5);
	assert_int_equal(next_byte(), -1);
	for (unsigned i = 0; i < sizeof(typed); i++) {
		type(typed[i]);
		assert_int_equal(next_byte(), typed[i]);
	}
	type('y');
	assert_int_equal(vio_htif_get(NULL), -1); /* asks only */
	put("z");				  /* must not lose the answer */
	assert_int_equal(next_byte(), 'y');
	assert_int_equal(model.nout, 6);
	vio_htif_exit(5);
	assert_int_equal(model.exit_code, 5);
}

static void test_qemu(void **state)
{
	(void)state;
	open_tree("ucbbar,spike-bare-dev", 2, (const uint32_t[]){ BASE, BYTES });
	plug(8, false);
	talk();
}

static void test_cartesi(void **state)
{
	(void)state;
	open_tree("ucbbar,riscvemu-bar_dev", 2, (const uint32_t[]){ BASE, BYTES });
	plug(0, true);
	talk();
}

static void test_two_entries_are_fromhost_and_tohost(void **state)
{
	(void)state;
	open_tree("x", 4, (const uint32_t[]){ BASE + 8, 8, BASE, 8 });
	plug(0, false);
	talk();
	open_tree("x", 4, (const uint32_t[]){ BASE, 8, BASE + 8, 8 });
	plug(8, false);
	talk();
}

static void test_tree_that_says_too_little(void **state)
{
	(void)state;
	plug(8, false);
	open_tree("x", 0, NULL);
	assert_false(open_htif());
	open_tree("x", 2, (const uint32_t[]){ BASE, 15 });
	assert_false(open_htif());
	open_tree("x", 2, (const uint32_t[]){ BASE + 4, 16 });
	assert_false(open_htif());
	vio_htif_exit(1);
	assert_int_equal(model.exit_code, -1);
}

static void test_registers_that_cannot_be_read(void **state)
{
	(void)state;
	open_tree("x", 2, (const uint32_t[]){ BASE, BYTES });
	plug(8, false);
	model.machine.takes_32 = model.machine.takes_64 = false;
	assert_false(open_htif());
}

static void test_halves_where_64_bits_trap(void **state)
{
	(void)state;
	open_tree("x", 2, (const uint32_t[]){ BASE, BYTES });
	plug(8, false);
	model.machine.takes_64 = false;
	model.machine.joins_halves = true; /* as QEMU's */
	talk();
}

static int tear_down(void **state)
{
	(void)state;
	blob_free(&blob);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, tear_down)
		T(test_qemu),
		T(test_cartesi),
		T(test_two_entries_are_fromhost_and_tohost),
		T(test_tree_that_says_too_little),
		T(test_registers_that_cannot_be_read),
		T(test_halves_where_64_bits_trap),
#undef T
	};

	return cmocka_run_group_tests_name("htif", tests, NULL, NULL);
}
