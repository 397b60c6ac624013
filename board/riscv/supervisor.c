/* SPDX-License-Identifier: BSD-2-Clause */
/* S-mode: time, console and the end are calls to the firmware below. */
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/sbi.h"

const char below_cause[] = "scause";

static struct {
	bool has_time; /* SBI TIME; else the legacy call */
	bool has_dbcn; /* debug console; else the legacy calls */
} sbi;

/* Both versions are major and minor in one word. */
void below_name(struct text *t)
{
	const unsigned long spec =
		(unsigned long)sbi_call(SBI_BASE, SBI_BASE_SPEC_VERSION, 0, 0, 0).value;
	const unsigned long who =
		(unsigned long)sbi_call(SBI_BASE, SBI_BASE_IMPL_ID, 0, 0, 0).value;
	const unsigned long impl =
		(unsigned long)sbi_call(SBI_BASE, SBI_BASE_IMPL_VERSION, 0, 0, 0).value;

	text_str(t, " S-mode, SBI ");
	text_dec(t, spec >> 24 & 0x7f);
	text_str(t, ".");
	text_dec(t, spec & 0xffffff);
	if (who == 1) {
		text_str(t, ", OpenSBI ");
		text_dec(t, impl >> 16);
		text_str(t, ".");
		text_dec(t, impl & 0xffff);
	} else {
		text_str(t, ", implementation ");
		text_dec(t, who);
	}
}

const char *below_console(void)
{
	sbi.has_dbcn = sbi_has(SBI_DBCN);
	return "SBI";
}

void below_put(uint8_t c)
{
	if (sbi.has_dbcn)
		sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, c, 0, 0);
	else
		sbi_call(SBI_LEGACY_PUTCHAR, 0, c, 0, 0);
}

int below_get(void)
{
	uint8_t c;
	struct sbi_ret r;

	if (!sbi.has_dbcn) {
		r = sbi_call(SBI_LEGACY_GETCHAR, 0, 0, 0, 0);
		return r.error >= 0 && r.error <= UINT8_MAX ? (int)r.error : -1;
	}
	r = sbi_call(SBI_DBCN, SBI_DBCN_READ, 1, (uintptr_t)&c, 0);
	return r.error == 0 && r.value == 1 ? c : -1;
}

bool below_timer_init(void)
{
	sbi.has_time = sbi_has(SBI_TIME);
	return true;
}

uint64_t below_ticks(void)
{
	return csr_counter();
}

bool below_timer_set(uint64_t ticks)
{
	/* 64 bits are two arguments on a 32-bit CPU; elsewhere nobody looks at the second. */
	const unsigned long low = (unsigned long)ticks, high = (unsigned long)(ticks >> 32);

	if (sbi.has_time)
		sbi_call(SBI_TIME, SBI_TIME_SET_TIMER, low, high, 0);
	else
		sbi_call(SBI_LEGACY_SET_TIMER, 0, low, high, 0);
	return true;
}

/* That would take a page table. The mark at the end of the stack is what there is. */
void below_guard(void)
{
}

/* At least by the legacy call. */
bool below_has_off(void)
{
	return true;
}

void below_off(int code)
{
	if (sbi_has(SBI_SRST))
		sbi_call(SBI_SRST, SBI_SRST_RESET, SBI_SRST_SHUTDOWN,
			 code == 0 ? SBI_SRST_NO_REASON : SBI_SRST_FAILURE, 0);
}

void below_off_last(void)
{
	sbi_call(SBI_LEGACY_SHUTDOWN, 0, 0, 0, 0);
}

void below_reboot(void)
{
	if (sbi_has(SBI_SRST))
		sbi_call(SBI_SRST, SBI_SRST_RESET, SBI_SRST_COLD_REBOOT, SBI_SRST_NO_REASON, 0);
}
