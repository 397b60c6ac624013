/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the feature bits that all classes share (virtio 1.4, 6). */
#include <picovirtio/driver.h>

static const struct vio_feature shared[] = {
	{ 24, "NOTIFY_ON_EMPTY" },   { 27, "ANY_LAYOUT" },  { 28, "INDIRECT_DESC" },
	{ 29, "EVENT_IDX" },	     { 30, "BAD_FEATURE" }, { 32, "VERSION_1" },
	{ 33, "ACCESS_PLATFORM" },   { 34, "RING_PACKED" }, { 35, "IN_ORDER" },
	{ 36, "ORDER_PLATFORM" },    { 37, "SR_IOV" },	    { 38, "NOTIFICATION_DATA" },
	{ 39, "NOTIF_CONFIG_DATA" }, { 40, "RING_RESET" },  { 41, "ADMIN_VQ" },
	{ 43, "SUSPEND" },	     { 0, NULL },
};

static const char *find(const struct vio_feature *f, unsigned bit)
{
	while (f && f->name && f->bit != bit)
		f++;
	return f ? f->name : NULL;
}

const char *vio_feature_name(const struct vio_feature *of_class, unsigned bit)
{
	const char *name = find(of_class, bit);

	return name ? name : find(shared, bit);
}
