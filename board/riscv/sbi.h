/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls to the firmware below us (RISC-V Supervisor Binary Interface 2.0). */
#ifndef VIO_RISCV_SBI_H
#define VIO_RISCV_SBI_H

#include <picovirtio/types.h>

enum {
	/* Legacy extensions (chapter 5): always there on old firmware. */
	SBI_LEGACY_SET_TIMER = 0,
	SBI_LEGACY_PUTCHAR = 1,
	SBI_LEGACY_GETCHAR = 2,
	SBI_LEGACY_SHUTDOWN = 8,

	SBI_BASE = 0x10,
	SBI_BASE_SPEC_VERSION = 0,
	SBI_BASE_IMPL_ID = 1,
	SBI_BASE_IMPL_VERSION = 2,
	SBI_BASE_PROBE = 3,

	SBI_TIME = 0x54494d45,
	SBI_TIME_SET_TIMER = 0,

	SBI_SRST = 0x53525354,
	SBI_SRST_RESET = 0,
	SBI_SRST_SHUTDOWN = 0,
	SBI_SRST_COLD_REBOOT = 1,
	SBI_SRST_NO_REASON = 0,
	SBI_SRST_FAILURE = 1,

	SBI_DBCN = 0x4442434e,
	SBI_DBCN_READ = 1,
	SBI_DBCN_WRITE_BYTE = 2,
};

struct sbi_ret {
	long error; /* 0, or a negative SBI error; legacy calls: the result */
	long value;
};

struct sbi_ret vio_sbi_call(long extension, long function, unsigned long a0, unsigned long a1,
			    unsigned long a2);

/* Does the firmware have this extension? */
bool vio_sbi_has(long extension);

#endif
