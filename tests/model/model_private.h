/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the register model share. */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "tests/model/model.h"

#include <inttypes.h>

/* Registers (virtio 1.4, 4.2.2 and 4.2.4). */
enum {
	REG_MAGIC = 0x000,
	REG_VERSION = 0x004,
	REG_DEVICE_ID = 0x008,
	REG_VENDOR_ID = 0x00c,
	REG_DEVICE_FEATURES = 0x010,
	REG_DEVICE_FEATURES_SEL = 0x014,
	REG_DRIVER_FEATURES = 0x020,
	REG_DRIVER_FEATURES_SEL = 0x024,
	REG_GUEST_PAGE_SIZE = 0x028,
	REG_QUEUE_SEL = 0x030,
	REG_QUEUE_SIZE_MAX = 0x034,
	REG_QUEUE_SIZE = 0x038,
	REG_QUEUE_ALIGN = 0x03c,
	REG_QUEUE_PFN = 0x040,
	REG_QUEUE_READY = 0x044,
	REG_QUEUE_NOTIFY = 0x050,
	REG_INTERRUPT_STATUS = 0x060,
	REG_INTERRUPT_ACK = 0x064,
	REG_STATUS = 0x070,
	REG_QUEUE_DESC = 0x080,
	REG_QUEUE_DRIVER = 0x090,
	REG_QUEUE_DEVICE = 0x0a0,
	REG_SHM_SEL = 0x0ac,
	REG_SHM_LEN = 0x0b0,
	REG_SHM_BASE = 0x0b8,
	REG_QUEUE_RESET = 0x0c0,
	REG_CONFIG_GENERATION = 0x0fc,
};

/* Status bits (2.1). */
enum {
	S_ACKNOWLEDGE = 1,
	S_DRIVER = 2,
	S_DRIVER_OK = 4,
	S_FEATURES_OK = 8,
	S_SUSPEND = 16,
	S_NEEDS_RESET = 64,
	S_FAILED = 128,
};

/* Feature bits (6, 6.3). */
enum {
	F_ANY_LAYOUT = 27,
	F_INDIRECT_DESC = 28,
	F_EVENT_IDX = 29,
	F_BAD_FEATURE = 30,
	F_VERSION_1 = 32,
	F_ACCESS_PLATFORM = 33,
	F_RING_PACKED = 34,
	F_IN_ORDER = 35,
	F_ORDER_PLATFORM = 36,
	F_SR_IOV = 37,
	F_NOTIFICATION_DATA = 38,
	F_NOTIF_CONFIG_DATA = 39,
	F_RING_RESET = 40,
	F_ADMIN_VQ = 41,
	F_SUSPEND = 43,
};
#define BIT64(n) (UINT64_C(1) << (n))

enum { MODEL_MAGIC = 0x74726976, MODEL_VENDOR = 0x4c444f4d };

/* The steps of finding the device (4.2.3.1.1). */
enum model_probe {
	PROBE_NONE,
	PROBE_MAGIC,
	PROBE_VERSION,
	PROBE_DONE,
	PROBE_NOT_VIRTIO, /* MagicValue was wrong: no further access is allowed */
	PROBE_NOT_OURS,	  /* Version was unknown */
	PROBE_EMPTY,	  /* DeviceID was 0 */
};

/* The steps from the driver's request to its knowledge of the result. */
enum model_suspend {
	AWAKE,
	SUSPENDING, /* the driver wrote SUSPEND */
	SUSPENDED,  /* ... and has read it back */
	RESUMING,   /* the driver wrote DRIVER_OK */
};

static inline bool model_legacy(const struct model *m)
{
	return m->cfg.version == 1;
}

static inline bool model_has(const struct model *m, unsigned bit)
{
	return (m->accepted & BIT64(bit)) != 0;
}

/* Has the driver set all of these status bits, and do they read back? */
static inline bool model_status_is(const struct model *m, uint8_t bits)
{
	return (m->status & bits) == bits;
}

/* The rule id for the order of queue set-up, and its section. */
static inline const char *model_queue_rule(const struct model *m)
{
	return model_legacy(m) ? "mmio-leg-007" : "mmio-init-007";
}

static inline const char *model_queue_section(const struct model *m)
{
	return model_legacy(m) ? "4.2.4" : "4.2.3.2";
}

uint32_t model_status_read(struct model *m);
void model_status_write(struct model *m, uint32_t v);

uint32_t model_features_read(struct model *m);
void model_features_write(struct model *m, uint32_t v);
void model_features_close(struct model *m); /* judge the accepted mask, once */

/* Registers 0x028 to 0x044 and 0x080 to 0x0a4. */
uint32_t model_queue_read(struct model *m, uint32_t off);
void model_queue_write(struct model *m, uint32_t off, uint32_t v);
void model_queues_reset(struct model *m);
void model_notify(struct model *m, uint32_t v);
void model_serve(struct model *m, unsigned queue);

void model_queue_reset_write(struct model *m, uint32_t v);
uint32_t model_queue_reset_read(struct model *m);

uint32_t model_shm_read(struct model *m, uint32_t off);
void model_shm_select(struct model *m, uint32_t v);

/* Status bit SUSPEND: the driver wrote `v`; true: that is all that it wanted. */
bool model_suspend_write(struct model *m, uint8_t v);
void model_suspend_read(struct model *m);		       /* Status is about to be read */
void model_suspend_check(const struct model *m, uint32_t off); /* an access to `off` */

uint32_t model_config_read(struct model *m, uint32_t off, unsigned width);
void model_config_write(struct model *m, uint32_t off, unsigned width, uint32_t v);

#endif
