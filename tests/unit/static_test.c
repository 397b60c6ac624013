/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues whose memory is reserved when they are compiled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <picovirtio/virtqueue.h>

#ifndef SIZE
#define SIZE 8
#endif
#ifndef ALIGN
#define ALIGN 4
#endif

static VQ_STATIC(SIZE, ALIGN) chosen;
static VQ_STATIC(1, 4) smallest;
static VQ_STATIC(128, 4096) legacy;
static VQ_STATIC(32768, 4) biggest;

/* The device's side of it, by hand: every request comes back at once. */
static void serve(const struct vq *q, uint8_t *ring, uint16_t idx)
{
	const struct vio_queue_areas at = vq_areas(q);
	uint8_t *avail = ring + (at.driver.addr - at.desc.addr);
	uint8_t *used = ring + (at.device.addr - at.desc.addr);
	uint16_t next = (uint16_t)(idx + 1);
	const unsigned slot = idx % vq_size(q);

	memset(used + 4 + 8 * slot, 0, 8);
	memcpy(used + 4 + 8 * slot, avail + 4 + 2 * slot, 2);
	memcpy(used + 2, &next, 2);
}

/* A lap and a half: all of the memory is used, to its last entry. */
static void laps(uint16_t size, size_t align, uint8_t *ring, size_t bytes, void *priv)
{
	const struct vq_config cfg = {
		.format = &vq_format_split,
		.size = size,
		.used_align = align,
		.mem = ring,
		.mem_dma = { 0x40000000 },
		.priv = priv,
	};
	struct vq_layout l;
	struct vq_done done;
	struct vq q;

	assert_int_equal(vq_get_layout(&vq_format_split, size, align, &l), VIO_OK);
	assert_true(bytes >= l.bytes);
	assert_true(bytes < l.bytes + align);
	assert_int_equal(bytes % align, 0);
	assert_int_equal((uintptr_t)ring % l.align, 0);
	assert_int_equal(vq_init(&q, &cfg), VIO_OK);
	for (unsigned i = 0; i < size + size / 2u + 1; i++) {
		const struct vq_seg seg = { { 0x1000 }, 4 };

		assert_int_equal(vq_submit(&q, &seg, 1, 0, &q), VIO_OK);
		vq_publish(&q);
		serve(&q, ring, (uint16_t)i);
		assert_int_equal(vq_reap(&q, &done), 1);
		assert_ptr_equal(done.cookie, &q);
	}
}

static void test_static_memory_is_enough_and_no_more_than_padded(void **state)
{
	(void)state;
	laps(SIZE, ALIGN, chosen.ring, sizeof(chosen.ring), chosen.priv);
	laps(1, 4, smallest.ring, sizeof(smallest.ring), smallest.priv);
	laps(128, 4096, legacy.ring, sizeof(legacy.ring), legacy.priv);
	laps(32768, 4, biggest.ring, sizeof(biggest.ring), biggest.priv);
	assert_int_equal(sizeof(chosen.priv), VQ_PRIVATE_BYTES(SIZE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_static_memory_is_enough_and_no_more_than_padded),
	};

	return cmocka_run_group_tests_name("static", tests, NULL, NULL);
}
