/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/names.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const type_names[] = {
	[1] = "network",
	[2] = "block",
	[3] = "console",
	[4] = "entropy",
	[5] = "balloon",
	[6] = "ioMemory",
	[7] = "rpmsg",
	[8] = "SCSI host",
	[9] = "9P",
	[10] = "mac80211 wlan",
	[11] = "rproc serial",
	[12] = "CAIF",
	[13] = "memory balloon",
	[16] = "GPU",
	[17] = "RTC",
	[18] = "input",
	[19] = "socket",
	[20] = "crypto",
	[21] = "signal distribution",
	[22] = "pstore",
	[23] = "IOMMU",
	[24] = "memory",
	[25] = "sound",
	[26] = "file system",
	[27] = "PMEM",
	[28] = "RPMB",
	[29] = "mac80211 hwsim",
	[30] = "video encoder",
	[31] = "video decoder",
	[32] = "SCMI",
	[33] = "NitroSecureModule",
	[34] = "I2C",
	[35] = "watchdog",
	[36] = "CAN",
	[38] = "parameter server",
	[39] = "audio policy",
	[40] = "Bluetooth",
	[41] = "GPIO",
	[42] = "RDMA",
	[43] = "camera",
	[44] = "ISM",
	[45] = "SPI",
	[46] = "TEE",
	[47] = "CPU balloon",
	[48] = "media",
	[49] = "USB controller",
};

const char *device_type_name(uint32_t type)
{
	return type < COUNT(type_names) ? type_names[type] : NULL;
}

const char *feature_name(uint32_t type, unsigned bit)
{
	const struct class_features *c = class_features;

	while (c->type != 0 && c->type != type)
		c++;
	return vio_feature_name(c->features, bit);
}
