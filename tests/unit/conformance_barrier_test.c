/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The barriers of RISC-V and ARM, compared as text, since they cannot run on the host.
 * ORDER_PLATFORM (virtio 1.4, 6) wants them to order memory against devices, not only against other
 * harts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define TEXT(x)	 TEXT_(x)
#define TEXT_(x) #x
#define ASM(x)	 "__asm__ volatile(\"" x "\" ::: \"memory\")"

#undef VIO_HOST
#undef __riscv
#undef __aarch64__

#define __riscv 1
#include <picovirtio/barrier.h>

/* Loads from and stores to device memory are `i` and `o`. */
static void test_resfeat_008_barriers_of_riscv_order_devices_too(void **state)
{
	(void)state;
	assert_string_equal(TEXT(vio_mb()), ASM("fence iorw, iorw"));
	assert_string_equal(TEXT(vio_rmb()), ASM("fence ir, iorw"));
	assert_string_equal(TEXT(vio_wmb()), ASM("fence iorw, ow"));
}

#undef __riscv
#undef VIO_BARRIER_H
#undef vio_mb
#undef vio_rmb
#undef vio_wmb
#define __aarch64__ 1
#include <picovirtio/barrier.h>

/* The whole system, not the inner shareable domain (`ish`). */
static void test_resfeat_008_barriers_of_arm_reach_the_whole_system(void **state)
{
	(void)state;
	assert_string_equal(TEXT(vio_mb()), ASM("dmb sy"));
	assert_string_equal(TEXT(vio_rmb()), ASM("dmb sy"));
	assert_string_equal(TEXT(vio_wmb()), ASM("dmb sy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resfeat_008_barriers_of_riscv_order_devices_too),
		cmocka_unit_test(test_resfeat_008_barriers_of_arm_reach_the_whole_system),
	};

	return cmocka_run_group_tests_name("barriers", tests, NULL, NULL);
}
