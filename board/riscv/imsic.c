/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/imsic.h"
#include "board/riscv/csr.h"

enum {
	PAGE_SHIFT = 12,
	IDS_MAX = 2047,
	REGIONS_MAX = 64,
	/* Registers behind siselect or miselect. */
	EIDELIVERY = 0x70,
	EITHRESHOLD = 0x72,
	EIP = 0x80,
	EIE = 0xc0,
	WORD_BITS = 8 * sizeof(long),
	WORD_STEP = WORD_BITS / 32, /* the registers have numbers in steps of 32 bits */
};

static uint32_t cell_or_0(struct vio_dt_node n, const char *name)
{
	uint32_t v;

	return vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, name), 0, &v) == VIO_OK ? v : 0;
}

/* The number of bits that count `n` things. */
static uint32_t bits_for(uint32_t n)
{
	uint32_t bits = 0;

	while (bits < 31 && (n - 1) >> bits != 0)
		bits++;
	return bits;
}

/* Find the page of file number `at`. The entries of `reg` have the files one after the other,
 * `stride` apart. */
static bool find_page(struct vio_dt_node n, uint64_t at, uint64_t stride, uint64_t *page)
{
	struct vio_span reg;

	for (unsigned i = 0; i < REGIONS_MAX && vio_dt_reg(&vio_board.dt, n, i, &reg) == VIO_OK;
	     i++) {
		/* The last file may lack the pages for guests. */
		const uint64_t files = (reg.bytes + stride - 1) / stride;

		if (at < files) {
			const struct vio_span file = { reg.base + at * stride, 1 << PAGE_SHIFT };
			const char *lies_in = vio_board_memory_at(file);

			*page = file.base;
			return lies_in ? vio_tree_leave(n, lies_in)
				       : *page % (UINT64_C(1) << PAGE_SHIFT) == 0;
		}
		at -= files;
	}
	return false;
}

/* The number of the hart for an APLIC: its group and its number in the group, as in the page's
 * address. */
static uint32_t hart_index(struct vio_dt_node n, uint64_t page, uint32_t at, uint32_t guest_bits)
{
	const uint32_t group_bits = cell_or_0(n, "riscv,group-index-bits") & 7;
	const uint32_t shift = cell_or_0(n, "riscv,group-index-shift") & 63;
	uint32_t bits = cell_or_0(n, "riscv,hart-index-bits") & 15, group, hart;

	if (group_bits == 0)
		return at;
	bits = bits == 0 ? bits_for(vio_riscv_entries(n)) : bits;
	group = (uint32_t)(page >> shift) & ((UINT32_C(1) << group_bits) - 1);
	hart = (uint32_t)(page >> (PAGE_SHIFT + guest_bits)) & ((UINT32_C(1) << bits) - 1);
	return group << bits | hart;
}

static void silence(uint32_t ids)
{
	for (uint32_t id = 0; id <= ids; id += WORD_BITS) {
		csr_select_write(EIE + id / WORD_BITS * WORD_STEP, 0);
		csr_select_write(EIP + id / WORD_BITS * WORD_STEP, 0);
	}
	csr_select_write(EITHRESHOLD, 0); /* no message is masked */
	csr_select_write(EIDELIVERY, 1);
}

bool vio_imsic_use(struct vio_dt_node n, struct imsic *out)
{
	const int at = vio_dt_is(n) ? vio_riscv_hart_entry(n, RISCV_IRQ_EXTERNAL) : VIO_ENODEV;
	const uint32_t guest_bits = cell_or_0(n, "riscv,guest-index-bits");

	out->ids = at < 0 ? 0 : cell_or_0(n, "riscv,num-ids");
	if (out->ids == 0 || out->ids > IDS_MAX || guest_bits > 7)
		return false;
	if (!find_page(n, (uint64_t)at, UINT64_C(1) << (PAGE_SHIFT + guest_bits), &out->page))
		return false;
	out->index = hart_index(n, out->page, (uint32_t)at, guest_bits);
	silence(out->ids);
	return true;
}

bool vio_imsic_enable(uint32_t id)
{
	const uint32_t word = EIE + id / WORD_BITS * WORD_STEP;

	csr_select_set(word, 1ul << id % WORD_BITS);
	return (csr_select_read(word) >> id % WORD_BITS & 1) != 0;
}

uint32_t vio_imsic_take(void)
{
	return (uint32_t)(csr_take_message() >> 16 & IDS_MAX);
}
