/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled SCSI host with its driver; what the tests of virtio-scsi share. */
#ifndef SCSI_RIG_H
#define SCSI_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/scsi.h>
#include "tests/model/scsi.h"
#include "tests/unit/device_rig.h"

#define HOTPLUG BIT64(MODEL_SCSI_F_HOTPLUG)
#define CHANGE	BIT64(MODEL_SCSI_F_CHANGE)

static struct rig r;
static struct model_scsi host;
static struct vio_scsi s;
static unsigned changes;

static inline void on_change(struct vio_scsi *scsi)
{
	assert_ptr_equal(scsi, &s);
	changes++;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	changes = 0;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

/* Config space may be changed before rig_plug(). */
static inline void prepare(uint32_t version, uint64_t features, const struct vio_scsi_options *o)
{
	memset(&s, 0, sizeof(s));
	rig_init_for(&r, version);
	model_scsi_config(&r.cfg, &host, version, features | (version == 2 ? BIT64(32) : 0), 64);
	r.d = &s.device;
	assert_int_equal(vio_scsi_init(&s, &r.t.base, &r.p.platform, o), VIO_OK);
	s.changed = on_change;
}

/* The host's turn and ours, until nothing happens any more. */
static inline void settle(void)
{
	rig_settle(&r, 1000);
}

static inline void start(void)
{
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_false(vio_scsi_is_looking(&s));
}

static inline void live(uint32_t version)
{
	prepare(version, HOTPLUG | CHANGE, NULL);
	start();
}

static inline unsigned present(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s.units; i++)
		n += s.unit[i].present;
	return n;
}

/* The host's turn, without ours. */
static inline void event(uint32_t what, uint8_t target, uint16_t lun, uint32_t reason)
{
	model_scsi_event(&r.m, what, target, lun, reason);
}

static inline void send_raw(uint32_t what, uint8_t first, uint8_t target, uint32_t claim)
{
	uint8_t p[16] = { (uint8_t)what,
			  (uint8_t)(what >> 8),
			  (uint8_t)(what >> 16),
			  (uint8_t)(what >> 24),
			  first,
			  target };

	assert_true(model_scsi_send_raw(&r.m, p, claim));
	settle();
}

#endif
