/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/mmio.h>

#include <string.h>

#include <picovirtio/io.h>

/* The registers (4.2.2 and 4.2.4): direction, and the versions that have them. A `w` register is
 * never read: the specification forbids it, and devices fault or answer with stale data. */
enum reg {
	R_MAGIC_VALUE = 0x000,	       /* r   v1 v2 */
	R_VERSION = 0x004,	       /* r   v1 v2 */
	R_DEVICE_ID = 0x008,	       /* r   v1 v2 */
	R_VENDOR_ID = 0x00c,	       /* r   v1 v2 */
	R_DEVICE_FEATURES = 0x010,     /* r   v1 v2 */
	R_DEVICE_FEATURES_SEL = 0x014, /* w   v1 v2 */
	R_DRIVER_FEATURES = 0x020,     /* w   v1 v2 */
	R_DRIVER_FEATURES_SEL = 0x024, /* w   v1 v2 */
	R_GUEST_PAGE_SIZE = 0x028,     /* w   v1    */
	R_QUEUE_SEL = 0x030,	       /* w   v1 v2 */
	R_QUEUE_SIZE_MAX = 0x034,      /* r   v1 v2 */
	R_QUEUE_SIZE = 0x038,	       /* w   v1 v2 */
	R_QUEUE_ALIGN = 0x03c,	       /* w   v1    */
	R_QUEUE_PFN = 0x040,	       /* rw  v1    */
	R_QUEUE_READY = 0x044,	       /* rw     v2 */
	R_QUEUE_NOTIFY = 0x050,	       /* w   v1 v2 */
	R_INTERRUPT_STATUS = 0x060,    /* r   v1 v2 */
	R_INTERRUPT_ACK = 0x064,       /* w   v1 v2 */
	R_STATUS = 0x070,	       /* rw  v1 v2 */
	R_QUEUE_DESC = 0x080,	       /* w      v2, low word; the high one follows */
	R_QUEUE_DRIVER = 0x090,	       /* w      v2, the same */
	R_QUEUE_DEVICE = 0x0a0,	       /* w      v2, the same */
	R_SHM_SEL = 0x0ac,	       /* w      v2 */
	R_SHM_LEN = 0x0b0,	       /* r      v2, low word; the high one follows */
	R_SHM_BASE = 0x0b8,	       /* r      v2, the same */
	R_QUEUE_RESET = 0x0c0,	       /* rw     v2, with RING_RESET */
	R_CONFIG_GENERATION = 0x0fc,   /* r      v2 */
	R_CONFIG = 0x100,	       /* rw  v1 v2, by the width of the field */
};

enum {
	MAGIC = 0x74726976, /* "virt" */
	STATUS_BITS = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_DRIVER_OK | VIO_S_FEATURES_OK |
		      VIO_S_SUSPEND | VIO_S_NEEDS_RESET | VIO_S_FAILED,
	EVENT_BITS = VIO_EV_QUEUE | VIO_EV_CONFIG,
	QUEUE_SIZE_LIMIT = 32768, /* 2.6 */
	USED_ALIGN_MODERN = 4,	  /* 2.7 */
};

static uintptr_t regs(const struct vio_transport *t)
{
	return ((const struct vio_mmio *)(const void *)t)->regs;
}

static uint32_t rd(const struct vio_transport *t, enum reg r)
{
	return vio_read32(regs(t) + r);
}

static void wr(const struct vio_transport *t, enum reg r, uint32_t v)
{
	vio_write32(regs(t) + r, v);
}

/* ---- Both versions ---- */

static uint32_t features_word(struct vio_transport *t, uint32_t word)
{
	wr(t, R_DEVICE_FEATURES_SEL, word);
	return rd(t, R_DEVICE_FEATURES);
}

static void accept_word(struct vio_transport *t, uint32_t word, uint32_t bits)
{
	wr(t, R_DRIVER_FEATURES_SEL, word);
	wr(t, R_DRIVER_FEATURES, bits);
}

static uint8_t status(struct vio_transport *t)
{
	return (uint8_t)(rd(t, R_STATUS) & STATUS_BITS);
}

static void set_status(struct vio_transport *t, uint8_t s)
{
	wr(t, R_STATUS, s);
}

static void notify(struct vio_transport *t, uint16_t index, uint16_t next)
{
	wr(t, R_QUEUE_NOTIFY, index | (uint32_t)next << 16); /* 4.2.3.3 */
}

/* The acknowledgement comes before the function returns, so that a later event raises the line
 * again. Undefined bits are neither reported nor acknowledged (4.2.2.2). */
static unsigned events(struct vio_transport *t)
{
	const uint32_t seen = rd(t, R_INTERRUPT_STATUS) & EVENT_BITS;

	if (seen != 0)
		wr(t, R_INTERRUPT_ACK, seen);
	return seen;
}

/* `in_use` is the register that tells whether a queue is live. It is read first, since version 1
 * defines the size only while this register is 0. The size is limited before any cast. */
static int queue_max(struct vio_transport *t, uint16_t index, enum reg in_use)
{
	wr(t, R_QUEUE_SEL, index);
	if (rd(t, in_use) != 0)
		return VIO_EBUSY;
	uint32_t max = rd(t, R_QUEUE_SIZE_MAX);
	return max < QUEUE_SIZE_LIMIT ? (int)max : QUEUE_SIZE_LIMIT;
}

/* ---- Config space. An access is as wide as the field, and a field of 64 bits takes two accesses
 * (4.2.2.2), unless config_access asks for another width. ---- */

static uint32_t read_width(uintptr_t at, size_t width)
{
	if (width == 1)
		return vio_read8(at);
	return width == 2 ? vio_read16(at) : vio_read32(at);
}

static void write_width(uintptr_t at, size_t width, uint32_t v)
{
	if (width == 1)
		vio_write8(at, (uint8_t)v);
	else if (width == 2)
		vio_write16(at, (uint16_t)v);
	else
		vio_write32(at, v);
}

/* Read one field into `field`, or write it from there. For little-endian machines only, see
 * picovirtio/io.h. */
static int config_access(struct vio_transport *t, size_t off, void *field, size_t len, bool write)
{
	const struct vio_mmio *m = (const struct vio_mmio *)(const void *)t;
	const size_t natural = len == 8 ? 4 : len;
	uint64_t v = 0;

	if ((len != 1 && len != 2 && len != 4 && len != 8) || (off & (natural - 1)) != 0)
		return VIO_EINVAL;
	const size_t width = m->config_access == VIO_CONFIG_NATURAL ? natural : m->config_access,
		     bytes = (m->len - R_CONFIG) & ~(width - 1), /* whole accesses only */
		skip = off & (width - 1); /* of an access that is wider than the field */
	const uintptr_t at = m->regs + R_CONFIG + off - skip;
	if (len > bytes || off > bytes - len)
		return VIO_ERANGE;
	if (!write || width > len) { /* the bytes beside the field keep their values */
		for (size_t i = 0; i < len; i += width)
			v |= (uint64_t)read_width(at + i, width) << 8 * i;
	}
	if (!write) {
		memcpy(field, (uint8_t *)&v + skip, len);
		return VIO_OK;
	}
	memcpy((uint8_t *)&v + skip, field, len);
	for (size_t i = 0; i < len; i += width)
		write_width(at + i, width, (uint32_t)(v >> 8 * i));
	return VIO_OK;
}

static int config_read(struct vio_transport *t, size_t off, void *dst, size_t len)
{
	return config_access(t, off, dst, len, false);
}

static int config_write(struct vio_transport *t, size_t off, const void *src, size_t len)
{
	return config_access(t, off, (void *)src, len, true);
}

/* ---- Version 2 (4.2.2) ---- */

static uint64_t features_v2(struct vio_transport *t)
{
	const uint64_t low = features_word(t, 0);

	return low | (uint64_t)features_word(t, 1) << 32;
}

/* Always write both words: some devices keep a word across a reset. Write the low word first: one
 * known device clears the high word when the low word is written. */
static void accept_v2(struct vio_transport *t, uint64_t features)
{
	accept_word(t, 0, (uint32_t)features);
	accept_word(t, 1, (uint32_t)(features >> 32));
}

static int queue_max_v2(struct vio_transport *t, uint16_t index)
{
	return queue_max(t, index, R_QUEUE_READY);
}

static void write_address(struct vio_transport *t, enum reg low, vio_dma at)
{
	vio_write32(regs(t) + low, (uint32_t)at.addr);
	vio_write32(regs(t) + low + 4, (uint32_t)(at.addr >> 32));
}

static int queue_set_v2(struct vio_transport *t, uint16_t size, const struct vio_queue_areas *at)
{
	wr(t, R_QUEUE_SIZE, size);
	write_address(t, R_QUEUE_DESC, at->desc);
	write_address(t, R_QUEUE_DRIVER, at->driver);
	write_address(t, R_QUEUE_DEVICE, at->device);
	wr(t, R_QUEUE_READY, 1);
	return rd(t, R_QUEUE_READY) == 1 ? VIO_OK : VIO_EDEVICE;
}

static int queue_unset_v2(struct vio_transport *t, uint16_t index)
{
	wr(t, R_QUEUE_SEL, index);
	wr(t, R_QUEUE_READY, 0);
	return rd(t, R_QUEUE_READY) == 0 ? VIO_OK : VIO_EDEVICE;
}

static void queue_reset_v2(struct vio_transport *t, uint16_t index)
{
	wr(t, R_QUEUE_SEL, index);
	wr(t, R_QUEUE_RESET, 1);
}

/* QEMU 7.2 offers RING_RESET without implementing QueueReset. The register reads 0 there, so 0
 * alone proves nothing. */
static int queue_is_reset_v2(struct vio_transport *t, uint16_t index)
{
	wr(t, R_QUEUE_SEL, index);
	if (rd(t, R_QUEUE_RESET) != 0)
		return 0;
	return rd(t, R_QUEUE_READY) == 0 ? 1 : VIO_EDEVICE;
}

static uint64_t read_address(struct vio_transport *t, enum reg low)
{
	return rd(t, low) | (uint64_t)vio_read32(regs(t) + low + 4) << 32;
}

static struct vio_span shm_v2(struct vio_transport *t, uint8_t id)
{
	struct vio_span s;

	wr(t, R_SHM_SEL, id);
	s.bytes = read_address(t, R_SHM_LEN);
	s.base = read_address(t, R_SHM_BASE);
	return s;
}

static uint32_t generation_v2(struct vio_transport *t)
{
	return rd(t, R_CONFIG_GENERATION);
}

static const struct vio_transport_ops version_2 = {
	.features = features_v2,
	.accept = accept_v2,
	.status = status,
	.set_status = set_status,
	.queue_max = queue_max_v2,
	.queue_set = queue_set_v2,
	.queue_unset = PICOVIRTIO_EXTENSIONS ? queue_unset_v2 : NULL,
	.queue_reset = PICOVIRTIO_EXTENSIONS ? queue_reset_v2 : NULL,
	.queue_is_reset = PICOVIRTIO_EXTENSIONS ? queue_is_reset_v2 : NULL,
	.shm = PICOVIRTIO_EXTENSIONS ? shm_v2 : NULL,
	.notify = notify,
	.events = events,
	.generation = generation_v2,
	.config_read = config_read,
	.config_write = config_write,
};

/* ---- Version 1 (4.2.4) ---- */

/* Before virtio 1.0 there is no word 1; what a device shows there has no meaning. */
static uint64_t features_v1(struct vio_transport *t)
{
	return features_word(t, 0);
}

/* GuestPageSize must be written before any queue is set up, and a reset may clear it. This is the
 * one call between a reset and the queues. */
static void accept_v1(struct vio_transport *t, uint64_t features)
{
	accept_word(t, 0, (uint32_t)features);
	wr(t, R_GUEST_PAGE_SIZE, VIO_MMIO_PAGE);
}

static int queue_max_v1(struct vio_transport *t, uint16_t index)
{
	return queue_max(t, index, R_QUEUE_PFN);
}

/* The three areas follow each other at QueueAlign, so the address of the first one tells all
 * three. */
static int queue_set_v1(struct vio_transport *t, uint16_t size, const struct vio_queue_areas *at)
{
	uint32_t pfn;
	const int rc = vio_pfn(at->desc, VIO_MMIO_PAGE, &pfn);

	if (rc < 0)
		return rc;
	wr(t, R_QUEUE_SIZE, size);
	wr(t, R_QUEUE_ALIGN, VIO_MMIO_PAGE);
	wr(t, R_QUEUE_PFN, pfn);
	return rd(t, R_QUEUE_PFN) == pfn ? VIO_OK : VIO_EDEVICE;
}

/* Writing 0 to QueuePFN would stop the queue, but QEMU then resets the whole device. */
static int queue_unset_v1(struct vio_transport *t, uint16_t index)
{
	(void)t;
	(void)index;
	return VIO_ENOTSUP;
}

static uint32_t generation_v1(struct vio_transport *t)
{
	(void)t;
	return 0;
}

static const struct vio_transport_ops version_1 = {
	.features = features_v1,
	.accept = accept_v1,
	.status = status,
	.set_status = set_status,
	.queue_max = queue_max_v1,
	.queue_set = queue_set_v1,
	.queue_unset = PICOVIRTIO_EXTENSIONS ? queue_unset_v1 : NULL,
	.notify = notify,
	.events = events,
	.generation = generation_v1,
	.config_read = config_read,
	.config_write = config_write,
};

int vio_mmio_probe(struct vio_mmio *m, uintptr_t at, size_t len)
{
	if (at % 4 != 0)
		return VIO_EINVAL;
	if (len < VIO_MMIO_MIN_BYTES || at > UINTPTR_MAX - len)
		return VIO_ERANGE;
	*m = (struct vio_mmio){ .regs = at, .len = len };
	if (vio_read32(at + R_MAGIC_VALUE) != MAGIC)
		return VIO_ENODEV;
	m->version = vio_read32(at + R_VERSION);
	if (m->version != 2 && !(PICOVIRTIO_LEGACY && m->version == 1))
		return VIO_ENOTSUP;
	m->base.device_type = vio_read32(at + R_DEVICE_ID);
	if (m->base.device_type == 0)
		return VIO_ENODEV;
	m->base.vendor = vio_read32(at + R_VENDOR_ID);
	m->base.legacy = PICOVIRTIO_LEGACY && m->version == 1;
	m->base.ops = vio_legacy(&m->base) ? &version_1 : &version_2;
	m->base.used_align = vio_legacy(&m->base) ? VIO_MMIO_PAGE : USED_ALIGN_MODERN;
	return VIO_OK;
}
