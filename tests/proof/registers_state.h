/* SPDX-License-Identifier: BSD-2-Clause */
/* A window of registers of any length, behind which each read returns any value. Each access lies
 * inside of the window and is aligned to its width. */
#ifndef REGISTERS_STATE_H
#define REGISTERS_STATE_H

#include "tests/proof/device.h"

#undef __atomic_load_n
#undef __atomic_store_n

#include "transport/mmio.c"
#include "transport/shm.c"
#include "transport/transport.c"

static const uintptr_t base = 0x10001000;
static struct vio_mmio m;
static unsigned reads, acknowledged, writes;
static uint32_t latest; /* the value read last */

static void loaded(unsigned nth, uint64_t value)
{
	(void)nth;
	(void)value;
}

static void one_access(uintptr_t at, size_t width)
{
	claim_that(at >= base && at - base <= m.len - width,
		   "an access stays inside of the window");
	claim_that(at % width == 0, "an access is aligned");
	claim_that(width == 4 || at - base >= R_CONFIG, "a register has 32 bits");
}

uint32_t vio_read32(uintptr_t at)
{
	one_access(at, 4);
	reads++;
	latest = nondet_u32();
	return latest;
}

uint16_t vio_read16(uintptr_t at)
{
	one_access(at, 2);
	reads++;
	return nondet_u16();
}

uint8_t vio_read8(uintptr_t at)
{
	one_access(at, 1);
	reads++;
	return (uint8_t)nondet_u16();
}

void vio_write32(uintptr_t at, uint32_t v)
{
	one_access(at, 4);
	writes++;
	if (at - base == R_INTERRUPT_ACK)
		acknowledged = v;
}

void vio_write16(uintptr_t at, uint16_t v)
{
	one_access(at, 2);
	(void)v;
}

void vio_write8(uintptr_t at, uint8_t v)
{
	one_access(at, 1);
	(void)v;
}

static void any_window(void)
{
	m.regs = base;
	m.len = nondet_u32();
	assume(m.len >= VIO_MMIO_MIN_BYTES);
	m.version = nondet_bool() ? 2 : 1;
	m.base.legacy = m.version == 1;
	m.base.ops = m.base.legacy ? &version_1 : &version_2;
}

#endif
