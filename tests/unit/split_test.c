/* SPDX-License-Identifier: BSD-2-Clause */
/* The split ring, one descriptor at a time. */
#include "tests/unit/split_desc_rig.h"

#include <string.h>

enum { NEXT = VQ_SPLIT_DESC_NEXT, WRITE = VQ_SPLIT_DESC_WRITE };

static void start(uint16_t size)
{
	const struct vq_split_config c = config(size);

	memset(mem, 0xa5, sizeof(mem));
	memset(priv, 0xa5, sizeof(priv));
	assert_int_equal(vq_split_create(&s, &c), VIO_OK);
	assert_int_equal(vq_split_size(&s), size);
}

static volatile uint16_t *avail(unsigned i)
{
	return (volatile uint16_t *)(void *)(mem + 16u * s.size) + i;
}

static volatile uint16_t *used(unsigned i)
{
	const size_t at = vq_split_phys_used(&s).addr - high.addr;

	return (volatile uint16_t *)(void *)(mem + at) + i;
}

static void use(uint32_t id, uint32_t len)
{
	volatile uint32_t *const e =
		(volatile uint32_t *)(volatile void *)used(2) + 2 * (*used(1) % s.size);

	e[0] = id;
	e[1] = len;
	++*used(1);
}

/* A chain of `n` allocated, written and linked; its head. */
static uint16_t chain_of(unsigned n)
{
	uint16_t i[MAX];

	for (unsigned k = 0; k < n; k++)
		i[k] = (uint16_t)vq_split_alloc_desc(&s);
	for (unsigned k = 0; k < n; k++)
		assert_int_equal(vq_split_write_desc(&s, i[k], (vio_dma){ 0x1000 * k }, 64,
						     k + 1 < n ? NEXT : WRITE,
						     k + 1 < n ? i[k + 1] : 0),
				 VIO_OK);
	return i[0];
}

static void test_create_zeroes_and_refuses_bad_memory(void **state)
{
	(void)state;
	start(8);
	for (size_t i = 0; i < VQ_SPLIT_BYTES(8, 4); i++)
		assert_int_equal(mem[i], 0);
	assert_int_equal(mem[VQ_SPLIT_BYTES(8, 4)], 0xa5);
	struct vq_split_config c = config(8);
	c.mem = NULL;
	assert_int_equal(vq_split_create(&s, &c), VIO_EINVAL);
	c = config(8), c.priv = NULL;
	assert_int_equal(vq_split_create(&s, &c), VIO_EINVAL);
	c = config(8), c.mem = mem + 4;
	assert_int_equal(vq_split_create(&s, &c), VIO_EINVAL);
	c = config(8), c.mem_dma.addr += 4;
	assert_int_equal(vq_split_create(&s, &c), VIO_EINVAL);
	c = config(8), c.used_align = 3;
	assert_int_equal(vq_split_create(&s, &c), VIO_EINVAL);
}

static void test_HD_HOST_07_addresses_above_4_gib(void **state)
{
	uint32_t pfn = 0;

	(void)state;
	start(8);
	assert_int_equal(vq_split_phys_desc(&s).addr, high.addr);
	assert_int_equal(vq_split_phys_avail(&s).addr, high.addr + 128);
	assert_int_equal(vq_split_phys_used(&s).addr, high.addr + 152);
	const uint16_t i = (uint16_t)vq_split_alloc_desc(&s);
	assert_int_equal(vq_split_write_desc(&s, i, (vio_dma){ 0xfedcba9876543210 }, 1, 0, 0), 0);
	uint64_t addr;
	memcpy(&addr, mem + 16 * i, sizeof(addr));
	assert_int_equal(addr, 0xfedcba9876543210);
	assert_int_equal(vq_split_pfn(&s, 4096, &pfn), VIO_EADDR); /* 37 bits of page number */
	assert_int_equal(vq_split_pfn(&s, 1u << 20, &pfn), VIO_OK);
	assert_int_equal(pfn, 0x12345000);
}

static void test_pfn_is_the_page_number_or_an_error(void **state)
{
	static const struct {
		uint64_t at;
		int rc;
		uint32_t pfn;
	} t[] = { { 0x80001000, 0, 0x80001 },
		  { 0xffffffff000, 0, 0xffffffff },
		  { 0x100000000000, VIO_EADDR, 0 },
		  { 0, VIO_EADDR, 0 },
		  { 0x80000800, VIO_EADDR, 0 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct vq_split_config c = config(8);
		uint32_t pfn = 0;

		c.mem_dma.addr = t[i].at;
		assert_int_equal(vq_split_create(&s, &c), VIO_OK);
		assert_int_equal(vq_split_pfn(&s, 4096, &pfn), t[i].rc);
		assert_int_equal(pfn, t[i].pfn);
	}
}

static void test_alloc_gives_each_descriptor_once(void **state)
{
	unsigned seen = 0;

	(void)state;
	start(16);
	for (unsigned k = 0; k < 16; k++) {
		const int i = vq_split_alloc_desc(&s);

		assert_true(i >= 0 && i < 16);
		seen |= 1u << i;
	}
	assert_int_equal(seen, 0xffff);
	assert_int_equal(vq_split_alloc_desc(&s), VIO_EFULL);
	assert_int_equal(vq_split_free_desc(&s, 5), VIO_OK);
	assert_int_equal(vq_split_alloc_desc(&s), 5);
	assert_int_equal(vq_split_alloc_desc(&s), VIO_EFULL);
}

static void test_free_refuses_what_is_not_allocated(void **state)
{
	(void)state;
	start(8);
	assert_int_equal(vq_split_free_desc(&s, 0), VIO_EINVAL);
	const uint16_t i = (uint16_t)vq_split_alloc_desc(&s);
	assert_int_equal(vq_split_free_desc(&s, i), VIO_OK);
	assert_int_equal(vq_split_free_desc(&s, i), VIO_EINVAL); /* twice */
	assert_int_equal(vq_split_free_chain(&s, i), VIO_EINVAL);
	assert_int_equal(vq_split_free_desc(&s, 8), VIO_EINVAL);
	assert_int_equal(vq_split_free_chain(&s, 8), VIO_EINVAL);
	assert_int_equal(vq_split_free_desc(&s, 65535), VIO_EINVAL);
	for (unsigned k = 0; k < 8; k++) /* and all 8 are still there, each once */
		assert_true(vq_split_alloc_desc(&s) >= 0);
	assert_int_equal(vq_split_alloc_desc(&s), VIO_EFULL);
}

static void test_free_chain_follows_the_links(void **state)
{
	(void)state;
	start(8);
	(void)vq_split_alloc_desc(&s);
	const uint16_t head = chain_of(5);
	assert_int_equal(vq_split_free_chain(&s, head), 5);
	assert_int_equal(vq_split_free_chain(&s, head), VIO_EINVAL);
	for (unsigned k = 0; k < 7; k++)
		assert_true(vq_split_alloc_desc(&s) >= 0);
	assert_int_equal(vq_split_alloc_desc(&s), VIO_EFULL);
	start(8); /* all of the table */
	assert_int_equal(vq_split_free_chain(&s, chain_of(8)), 8);
}

static void test_free_chain_refuses_loops_and_holes(void **state)
{
	(void)state;
	start(8);
	const uint16_t a = (uint16_t)vq_split_alloc_desc(&s);
	const uint16_t b = (uint16_t)vq_split_alloc_desc(&s);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, NEXT, b), VIO_OK);
	assert_int_equal(vq_split_write_desc(&s, b, high, 1, NEXT, a), VIO_OK);
	assert_int_equal(vq_split_push_avail(&s, a), VIO_EINVAL);
	assert_int_equal(vq_split_free_chain(&s, a), VIO_EINVAL);
	assert_int_equal(vq_split_free_desc(&s, b), VIO_OK); /* a leads nowhere now */
	assert_int_equal(vq_split_push_avail(&s, a), VIO_EINVAL);
	assert_int_equal(vq_split_free_chain(&s, a), VIO_EINVAL);
	assert_int_equal(vq_split_free_desc(&s, a), VIO_OK);
	for (unsigned k = 0; k < 8; k++)
		assert_true(vq_split_alloc_desc(&s) >= 0);
}

static void test_write_desc_refuses(void **state)
{
	(void)state;
	start(8);
	const uint16_t a = (uint16_t)vq_split_alloc_desc(&s);
	const uint16_t b = (uint16_t)vq_split_alloc_desc(&s);
	assert_int_equal(vq_split_write_desc(&s, 7, high, 1, 0, 0), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, 8, high, 1, 0, 0), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 0, 0, 0), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, 8, 0), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, NEXT, a), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, NEXT, 7), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, NEXT, 8), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 16, NEXT | VQ_SPLIT_DESC_INDIRECT, b),
			 VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, a, high, 16, VQ_SPLIT_DESC_INDIRECT, 0), VIO_OK);
	assert_int_equal(vq_split_write_desc(&s, a, high, 1, 0, 999), VIO_OK); /* next: no matter */
}

static void test_a_request_goes_out_and_comes_back(void **state)
{
	uint16_t head;
	uint32_t written;

	(void)state;
	start(8);
	const uint16_t h = chain_of(3);
	assert_int_equal(vq_split_push_avail(&s, h), VIO_OK);
	assert_int_equal(*avail(1), 0);
	assert_true(vq_split_publish(&s));
	assert_int_equal(*avail(1), 1);
	assert_int_equal(*avail(2), h);
	assert_false(vq_split_publish(&s));
	assert_false(vq_split_has_used(&s));
	assert_int_equal(vq_split_poll_used(&s, &head, &written), 0);
	use(h, 9999); /* more than there is: unchecked here */
	assert_true(vq_split_has_used(&s));
	assert_true(vq_split_has_used(&s)); /* consumes nothing */
	assert_int_equal(vq_split_poll_used(&s, &head, &written), 1);
	assert_int_equal(head, h);
	assert_int_equal(written, 9999);
	assert_false(vq_split_has_used(&s));
	assert_int_equal(vq_split_push_avail(&s, h), VIO_OK); /* still allocated: may go again */
	(void)vq_split_publish(&s);
	use(h, 1);
	assert_int_equal(vq_split_poll_used(&s, &head, &written), 1);
	assert_int_equal(vq_split_free_chain(&s, h), 3);
}

static void test_what_the_device_owns_is_refused(void **state)
{
	(void)state;
	start(8);
	const uint16_t h = chain_of(2), other = (uint16_t)vq_split_alloc_desc(&s);
	assert_int_equal(vq_split_push_avail(&s, h), VIO_OK);
	for (unsigned published = 0; published < 2; published++) {
		assert_int_equal(vq_split_push_avail(&s, h), VIO_EINVAL);
		assert_int_equal(vq_split_free_desc(&s, h), VIO_EINVAL);
		assert_int_equal(vq_split_free_chain(&s, h), VIO_EINVAL);
		assert_int_equal(vq_split_write_desc(&s, h, high, 1, 0, 0), VIO_EINVAL);
		(void)vq_split_publish(&s);
	}
	/* a chain that leads into it */
	assert_int_equal(vq_split_write_desc(&s, other, high, 1, NEXT, h), VIO_OK);
	assert_int_equal(vq_split_push_avail(&s, other), VIO_EINVAL);
	assert_int_equal(vq_split_free_chain(&s, other), VIO_EINVAL);
	assert_int_equal(vq_split_push_avail(&s, 7), VIO_EINVAL); /* not allocated */
	assert_int_equal(vq_split_push_avail(&s, 8), VIO_EINVAL);
}

static void test_a_bad_id_breaks_the_ring(void **state)
{
	uint16_t head;
	uint32_t written;

	(void)state;
	for (unsigned lie = 0; lie < 4; lie++) {
		start(8);
		const uint16_t h = chain_of(2), idle = (uint16_t)vq_split_alloc_desc(&s);
		const uint32_t id[] = { 8, h | 0x10000u, idle, 7 };

		assert_int_equal(vq_split_push_avail(&s, h), VIO_OK);
		(void)vq_split_publish(&s);
		use(id[lie], 1);
		for (unsigned k = 0; k < 2; k++)
			assert_int_equal(vq_split_poll_used(&s, &head, &written), VIO_EDEVICE);
		assert_true(vq_split_has_used(&s));
		assert_true(vq_split_arm(&s));
		assert_int_equal(vq_split_push_avail(&s, idle), VIO_EDEVICE);
		assert_false(vq_split_publish(&s));
	}
}

static void test_drop_returns_the_memory_and_leaves_a_dead_ring(void **state)
{
	uint16_t head;
	uint32_t written, pfn;

	(void)state;
	start(8);
	const uint16_t h = chain_of(1);
	assert_int_equal(vq_split_push_avail(&s, h), VIO_OK);
	assert_ptr_equal(vq_split_drop(&s), mem);
	assert_null(vq_split_drop(&s));
	memset(mem, 0x5a, sizeof(mem)); /* from now on this memory has another use */
	assert_int_equal(vq_split_alloc_desc(&s), VIO_EFULL);
	assert_int_equal(vq_split_free_desc(&s, h), VIO_EINVAL);
	assert_int_equal(vq_split_free_chain(&s, h), VIO_EINVAL);
	assert_int_equal(vq_split_write_desc(&s, h, high, 1, 0, 0), VIO_EINVAL);
	assert_int_equal(vq_split_push_avail(&s, h), VIO_EDEVICE);
	assert_false(vq_split_publish(&s));
	assert_int_equal(vq_split_poll_used(&s, &head, &written), VIO_EDEVICE);
	assert_true(vq_split_has_used(&s));
	assert_true(vq_split_arm(&s));
	vq_split_disarm(&s);
	assert_int_equal(vq_split_pfn(&s, 4096, &pfn), VIO_EADDR);
	assert_int_equal(vq_split_phys_desc(&s).addr, VIO_DMA_NONE.addr);
	assert_int_equal(vq_split_size(&s), 0);
	for (size_t i = 0; i < sizeof(mem); i++)
		assert_int_equal(mem[i], 0x5a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_zeroes_and_refuses_bad_memory),
		cmocka_unit_test(test_HD_HOST_07_addresses_above_4_gib),
		cmocka_unit_test(test_pfn_is_the_page_number_or_an_error),
		cmocka_unit_test(test_alloc_gives_each_descriptor_once),
		cmocka_unit_test(test_free_refuses_what_is_not_allocated),
		cmocka_unit_test(test_free_chain_follows_the_links),
		cmocka_unit_test(test_free_chain_refuses_loops_and_holes),
		cmocka_unit_test(test_write_desc_refuses),
		cmocka_unit_test(test_a_request_goes_out_and_comes_back),
		cmocka_unit_test(test_what_the_device_owns_is_refused),
		cmocka_unit_test(test_a_bad_id_breaks_the_ring),
		cmocka_unit_test(test_drop_returns_the_memory_and_leaves_a_dead_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
