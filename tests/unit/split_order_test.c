/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the barriers of the split ring are, and that each word of the device is loaded once. */
#include "tests/unit/order_log.h"

#include "virtqueue/split.c"
#include "virtqueue/split_desc.c"
#include "virtqueue/virtqueue.c"

enum { SIZE = 4 };

static _Alignas(16) uint8_t mem[VQ_SPLIT_BYTES(SIZE, 4)];
static void *priv[VQ_PRIVATE_BYTES(SIZE) / sizeof(void *) + 1];
static struct vq queue;
static bool covered; /* at the last write barrier: entry and descriptor there, index not */

static const char *name_of(const volatile void *p)
{
	const struct vq_split *const s = &queue.ring.split;
	const volatile uint8_t *const at = p, *const used = (const uint8_t *)s->used;

	if (p == &s->avail->idx)
		return "avail.idx";
	if (p == &s->avail->flags)
		return "avail.flags";
	if (p == used_event(s))
		return "used_event";
	if (p == &s->used->idx)
		return "used.idx";
	if (p == &s->used->flags)
		return "used.flags";
	if (p == s->avail_event)
		return "avail_event";
	if (at >= used + 4 && at < used + 4 + 8 * SIZE)
		return (at - used) % 8 == 4 ? "id" : "len";
	return "entry";
}

static void log_barrier(char which)
{
	const struct vq_split *const s = &queue.ring.split;
	const size_t last = (s->avail_next - 1) & s->mask;

	note((char[]){ which, 0 });
	if (which == 'W')
		covered = s->avail->idx != (uint16_t)s->avail_next &&
			  s->desc[s->avail->ring[last]].len != 0;
}

static void log_access(char what, const volatile void *p)
{
	char text[32];

	snprintf(text, sizeof(text), "%c:%s", what, name_of(p));
	note(text);
}

static void start(bool event_idx)
{
	const struct vq_config cfg = { .format = &vq_format_split,
				       .size = SIZE,
				       .event_idx = event_idx,
				       .used_align = 4,
				       .mem = mem,
				       .mem_dma = { (uintptr_t)mem },
				       .priv = priv };

	assert_int_equal(vq_init(&queue, &cfg), VIO_OK);
	assert_int_equal(vq_submit(&queue, &(struct vq_seg){ { 0x1000 }, 8 }, 0, 1, mem), VIO_OK);
	journal[0] = '\0';
	covered = false;
}

static void test_virtio_drivers_storeload_publish(void **state)
{
	(void)state;
	start(false);
	vq_publish(&queue);
	assert_string_equal(journal, "W s:avail.idx M l:used.flags ");
	assert_true(covered);
	start(true);
	vq_publish(&queue);
	assert_string_equal(journal, "W s:avail.idx M l:avail_event ");
	assert_true(covered);
}

static void test_virtio_drivers_storeload_arm(void **state)
{
	(void)state;
	start(false);
	assert_false(vq_arm(&queue));
	assert_string_equal(journal, "s:avail.flags M l:used.idx ");
	start(true);
	assert_false(vq_arm(&queue));
	assert_string_equal(journal, "s:used_event M l:used.idx ");
}

static void complete(uint32_t len)
{
	struct vq_split *const s = &queue.ring.split;

	s->used->ring[0] = (struct vq_split_elem){ s->avail->ring[0], len };
	s->used->idx = 1;
	journal[0] = '\0';
}

static void test_HD_SPLIT_20_HD_SPLIT_21_edk2_len_double_fetch(void **state)
{
	struct vq_done done;

	(void)state;
	start(false);
	vq_publish(&queue);
	complete(5);
	assert_int_equal(vq_reap(&queue, &done), 1);
	assert_string_equal(journal, "l:used.idx R l:id l:len ");
	assert_int_equal(done.written, 5);
}

static void test_HD_SPLIT_20_each_word_once_on_the_descriptor_level(void **state)
{
	uint32_t written;
	uint16_t head;

	(void)state;
	start(true);
	vq_publish(&queue);
	complete(7);
	assert_int_equal(vq_split_poll_used(&queue.ring.split, &head, &written), 1);
	assert_string_equal(journal, "l:used.idx R l:id l:len ");
	assert_int_equal(written, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtio_drivers_storeload_publish),
		cmocka_unit_test(test_virtio_drivers_storeload_arm),
		cmocka_unit_test(test_HD_SPLIT_20_HD_SPLIT_21_edk2_len_double_fetch),
		cmocka_unit_test(test_HD_SPLIT_20_each_word_once_on_the_descriptor_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
