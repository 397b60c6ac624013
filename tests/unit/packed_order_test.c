/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the barriers of the packed ring are, and that each word of the device is loaded once. */
#include "tests/unit/order_log.h"

#include "virtqueue/packed.c"
/* vq_format_split is not linked here. */
#include "virtqueue/virtqueue.c"

enum { SIZE = 3 };

static _Alignas(16) uint8_t mem[VQ_PACKED_BYTES(SIZE)];
static void *priv[VQ_PRIVATE_BYTES(SIZE) / sizeof(void *) + 1];
static struct vq queue;
static bool covered; /* at the last write barrier: all there but the flags of the first */

static void log_barrier(char which)
{
	const struct vq_packed_desc *const d = queue.ring.packed.desc;

	note((char[]){ which, 0 });
	if (which == 'W')
		covered = d[0].flags == 0 && d[0].len != 0 && d[1].flags != 0 && d[1].len != 0 &&
			  d[2].flags != 0 && d[2].len != 0;
}

static void log_access(char what, const volatile void *p)
{
	static const char *const field[] = { "addr", "addr", "addr", "addr",
					     "len",  "len",  "id",   "flags" };
	const size_t at = (size_t)((const volatile uint8_t *)p - mem);
	char text[32];

	if (at >= 16 * SIZE)
		snprintf(text, sizeof(text), "%c:%s", what, at == 16 * SIZE ? "ours" : "theirs");
	else
		snprintf(text, sizeof(text), "%c:%zu.%s", what, at / 16, field[at % 16 / 2]);
	note(text);
}

/* A list of two, and one of one. */
static void start(bool event_idx)
{
	const struct vq_config cfg = { .format = &vq_format_packed,
				       .size = SIZE,
				       .event_idx = event_idx,
				       .mem = mem,
				       .mem_dma = { (uintptr_t)mem },
				       .priv = priv };
	const struct vq_seg seg[2] = { { { 0x1000 }, 8 }, { { 0x2000 }, 8 } };

	assert_int_equal(vq_init(&queue, &cfg), VIO_OK);
	journal[0] = '\0';
	assert_int_equal(vq_submit(&queue, seg, 1, 1, mem), VIO_OK);
	assert_int_equal(vq_submit(&queue, seg, 0, 1, mem + 1), VIO_OK);
	assert_string_equal(journal, "s:1.flags s:2.flags ");
	journal[0] = '\0';
	covered = false;
}

static void test_packed_019_020_virtio_drivers_storeload(void **state)
{
	(void)state;
	for (unsigned event_idx = 0; event_idx < 2; event_idx++) {
		start(event_idx);
		vq_publish(&queue);
		assert_string_equal(journal, "W s:0.flags M l:theirs ");
		assert_true(covered);
	}
}

/* A later list in the batch: its own first flags come after those of the rest. */
static void test_packed_013_first_flags_of_each_list_are_last(void **state)
{
	const struct vq_seg seg[2] = { { { 0x1000 }, 8 }, { { 0x2000 }, 8 } };

	(void)state;
	start(false);
	vq_publish(&queue);
	queue.ring.packed.desc[0] =
		(struct vq_packed_desc){ .id = queue.ring.packed.desc[1].id, .flags = DESC_LAP };
	assert_int_equal(vq_reap(&queue, &(struct vq_done){ 0 }), 1);
	queue.ring.packed.desc[2].flags = DESC_LAP;
	assert_int_equal(vq_reap(&queue, &(struct vq_done){ 0 }), 1);
	journal[0] = '\0';
	assert_int_equal(vq_submit(&queue, seg, 1, 0, mem), VIO_OK);
	assert_int_equal(vq_submit(&queue, seg, 2, 0, mem), VIO_OK);
	assert_string_equal(journal, "s:2.flags s:1.flags ");
}

static void test_virtio_drivers_storeload_arm(void **state)
{
	(void)state;
	for (unsigned event_idx = 0; event_idx < 2; event_idx++) {
		start(event_idx);
		assert_false(vq_arm(&queue));
		assert_string_equal(journal, "s:ours M l:0.flags ");
		journal[0] = '\0';
		vq_disarm(&queue);
		assert_string_equal(journal, "s:ours ");
	}
}

static void test_split_033_edk2_double_fetch_each_word_once(void **state)
{
	struct vq_done done;

	(void)state;
	start(false);
	vq_publish(&queue);
	queue.ring.packed.desc[0] = (struct vq_packed_desc){ .id = queue.ring.packed.desc[1].id,
							     .len = 5,
							     .flags = DESC_LAP | DESC_WRITE };
	journal[0] = '\0';
	assert_int_equal(vq_reap(&queue, &done), 1);
	assert_string_equal(journal, "l:0.flags R l:0.id l:0.len ");
	assert_int_equal(done.written, 5);
	journal[0] = '\0';
	assert_int_equal(vq_reap(&queue, &done), 0);
	assert_string_equal(journal, "l:2.flags ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed_019_020_virtio_drivers_storeload),
		cmocka_unit_test(test_packed_013_first_flags_of_each_list_are_last),
		cmocka_unit_test(test_virtio_drivers_storeload_arm),
		cmocka_unit_test(test_split_033_edk2_double_fetch_each_word_once),
	};

	return cmocka_run_group_tests_name("packed_order", tests, NULL, NULL);
}
