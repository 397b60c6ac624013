/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/sbi.h"

struct sbi_ret vio_sbi_call(long extension, long function, unsigned long a0, unsigned long a1,
			    unsigned long a2)
{
	register long r0 __asm__("a0") = (long)a0;
	register long r1 __asm__("a1") = (long)a1;
	register long r2 __asm__("a2") = (long)a2;
	register long r6 __asm__("a6") = function;
	register long r7 __asm__("a7") = extension;

	__asm__ volatile("ecall" : "+r"(r0), "+r"(r1) : "r"(r2), "r"(r6), "r"(r7) : "memory");
	return (struct sbi_ret){ r0, r1 };
}

bool vio_sbi_has(long extension)
{
	const struct sbi_ret r =
		vio_sbi_call(SBI_BASE, SBI_BASE_PROBE, (unsigned long)extension, 0, 0);

	return r.error == 0 && r.value != 0;
}
