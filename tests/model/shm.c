/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared memory regions (virtio 1.4, 2.10, 4.2.2). */
#include "tests/model/model_private.h"

void model_shm_select(struct model *m, uint32_t v)
{
	m->shm_sel = v;
	m->shm_selected = true;
}

uint32_t model_shm_read(struct model *m, uint32_t off)
{
	struct vio_span s = { UINT64_MAX, UINT64_MAX };

	if (!m->shm_selected)
		model_fail("shm-select", "4.2.2", "register 0x%03x was read without SHMSel",
			   (unsigned)off);
	if (m->shm_sel < MODEL_REGIONS && m->cfg.region[m->shm_sel].bytes != 0)
		s = m->cfg.region[m->shm_sel];
	switch (off) {
	case REG_SHM_LEN: return (uint32_t)s.bytes;
	case REG_SHM_LEN + 4: return (uint32_t)(s.bytes >> 32);
	case REG_SHM_BASE: return (uint32_t)s.base;
	default: return (uint32_t)(s.base >> 32);
	}
}
