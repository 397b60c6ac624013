/* SPDX-License-Identifier: BSD-2-Clause */
/* S-mode: time, console and power-off are calls to the firmware below. */
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/sbi.h"

const char vio_below_cause[] = "scause";

static struct {
	bool has_time; /* SBI TIME is there; otherwise the legacy call is used */
	bool has_dbcn; /* the debug console is there; otherwise the legacy calls are used */
} sbi;

/* Both versions have the major and the minor number in one word. */
void vio_below_name(struct text *t)
{
	const unsigned long spec =
		(unsigned long)vio_sbi_call(SBI_BASE, SBI_BASE_SPEC_VERSION, 0, 0, 0).value;
	const unsigned long who =
		(unsigned long)vio_sbi_call(SBI_BASE, SBI_BASE_IMPL_ID, 0, 0, 0).value;
	const unsigned long impl =
		(unsigned long)vio_sbi_call(SBI_BASE, SBI_BASE_IMPL_VERSION, 0, 0, 0).value;

	vio_text_str(t, " S-mode, SBI ");
	vio_text_dec(t, spec >> 24 & 0x7f);
	vio_text_str(t, ".");
	vio_text_dec(t, spec & 0xffffff);
	if (who == 1) {
		vio_text_str(t, ", OpenSBI ");
		vio_text_dec(t, impl >> 16);
		vio_text_str(t, ".");
		vio_text_dec(t, impl & 0xffff);
	} else {
		vio_text_str(t, ", implementation ");
		vio_text_dec(t, who);
	}
}

const char *vio_below_console(void)
{
	sbi.has_dbcn = vio_sbi_has(SBI_DBCN);
	return "SBI";
}

void vio_below_put(uint8_t c)
{
	if (sbi.has_dbcn)
		vio_sbi_call(SBI_DBCN, SBI_DBCN_WRITE_BYTE, c, 0, 0);
	else
		vio_sbi_call(SBI_LEGACY_PUTCHAR, 0, c, 0, 0);
}

int vio_below_get(void)
{
	uint8_t c;
	struct sbi_ret r;

	if (!sbi.has_dbcn) {
		r = vio_sbi_call(SBI_LEGACY_GETCHAR, 0, 0, 0, 0);
		return r.error >= 0 && r.error <= UINT8_MAX ? (int)r.error : -1;
	}
	r = vio_sbi_call(SBI_DBCN, SBI_DBCN_READ, 1, (uintptr_t)&c, 0);
	return r.error == 0 && r.value == 1 ? c : -1;
}

bool vio_below_timer_init(void)
{
	sbi.has_time = vio_sbi_has(SBI_TIME);
	return true;
}

uint64_t vio_below_ticks(void)
{
	return csr_counter();
}

bool vio_below_timer_set(uint64_t ticks)
{
	/* On a 32-bit CPU a 64-bit number takes two arguments; otherwise the second one is
	 * ignored. */
	const unsigned long low = (unsigned long)ticks, high = (unsigned long)(ticks >> 32);

	if (sbi.has_time)
		vio_sbi_call(SBI_TIME, SBI_TIME_SET_TIMER, low, high, 0);
	else
		vio_sbi_call(SBI_LEGACY_SET_TIMER, 0, low, high, 0);
	return true;
}

/* A guard page would need a page table. Only the mark at the end of the stack is there. */
void vio_below_guard(void)
{
}

/* The legacy call always exists. */
bool vio_below_has_off(void)
{
	return true;
}

void vio_below_off(int code)
{
	if (vio_sbi_has(SBI_SRST))
		vio_sbi_call(SBI_SRST, SBI_SRST_RESET, SBI_SRST_SHUTDOWN,
			     code == 0 ? SBI_SRST_NO_REASON : SBI_SRST_FAILURE, 0);
}

void vio_below_off_last(void)
{
	vio_sbi_call(SBI_LEGACY_SHUTDOWN, 0, 0, 0, 0);
}

void vio_below_reboot(void)
{
	if (vio_sbi_has(SBI_SRST))
		vio_sbi_call(SBI_SRST, SBI_SRST_RESET, SBI_SRST_COLD_REBOOT, SBI_SRST_NO_REASON, 0);
}
